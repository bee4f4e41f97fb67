/** Received bytes that wait; a program that reads at all has fewer. The bound of core's own warning. */
const MIN_UNREAD_BYTES = 4096
const ESTABLISHED = /^ESTAB +(\d+) +\d+ +(\S+) +(\S+)/gm

/**
 * Counts, in one table of `ss` after the other, the connections whose received data was there already in the table
 * before and has not become less: nobody reads it. They will be reset when they are closed or collected.
 */
export function createStalledCount(): (table: string) => number {
  let before = new Map<string, number>()
  return (table) => {
    const now = new Map<string, number>()
    let stalled = 0
    for (const [, unread, local, peer] of table.matchAll(ESTABLISHED)) {
      const bytes = Number(unread)
      if (bytes < MIN_UNREAD_BYTES) continue
      const key = `${local} ${peer}`
      now.set(key, bytes)
      const earlier = before.get(key)
      if (earlier !== undefined && bytes >= earlier) stalled++
    }
    before = now
    return stalled
  }
}
