/** ISO 8601 with nanoseconds and Z, from nanoseconds since 1970. */
export function isoOf(unixNs: bigint): string {
  const seconds = unixNs / 1_000_000_000n
  const rest = unixNs - seconds * 1_000_000_000n
  const negative = rest < 0n
  const wholeMs = Number((negative ? seconds - 1n : seconds) * 1000n)
  const fraction = (negative ? rest + 1_000_000_000n : rest).toString().padStart(9, '0')
  return `${new Date(wholeMs).toISOString().slice(0, 19)}.${fraction}Z`
}
