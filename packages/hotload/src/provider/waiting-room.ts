/** Clients that wait for a change: long-poll. */
export interface WaitingRoom {
  readonly waiting: number
  /** Packages that somebody waits for. */
  readonly names: Iterable<string>
  /** Who comes now is not held. */
  readonly isFull: boolean
  /** So many there were. */
  readonly announcements: number
  /**
   * Resolves when something about the package was published, the time is over, `signal` aborts or the room is closed; at once
   * where too many wait already, or something was announced after `since`: it may have been missed.
   */
  wait(name: string, until: { ms: number; signal: AbortSignal; since: number }): Promise<void>
  /** Something about this package changed. */
  announce(name: string): void
  /** Nobody waits from now on. */
  close(): void
}

export function waitingRoom(maxWaiting: number): WaitingRoom {
  const rooms = new Map<string, Set<() => void>>()
  let waiting = 0
  let announcements = 0
  let isClosed = false

  function release(name: string): void {
    announcements++
    const room = rooms.get(name)
    rooms.delete(name)
    for (const leave of room ?? []) leave()
  }

  return {
    get waiting() {
      return waiting
    },
    get names() {
      return rooms.keys()
    },
    get isFull() {
      return isClosed || waiting >= maxWaiting
    },
    get announcements() {
      return announcements
    },
    wait(name, { ms, signal, since }) {
      if (announcements !== since || isClosed || waiting >= maxWaiting || signal.aborted)
        return Promise.resolve()
      waiting++
      return new Promise((resolve) => {
        const leave = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', leave)
          const room = rooms.get(name)
          room?.delete(leave)
          if (room?.size === 0) rooms.delete(name)
          waiting--
          resolve()
        }
        const timer = setTimeout(leave, ms)
        signal.addEventListener('abort', leave, { once: true })
        const room = rooms.get(name) ?? new Set()
        rooms.set(name, room.add(leave))
      })
    },
    announce: release,
    close() {
      isClosed = true
      for (const name of rooms.keys()) release(name)
    },
  }
}
