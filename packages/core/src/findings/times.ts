const NS_PER_SECOND = 1_000_000_000n
/** 0001-01-01 and 10000-01-01: between them ISO 8601 writes years with four digits. */
const FIRST_SECOND = -62_135_596_800n
const END_SECOND = 253_402_300_800n
/** Beyond any time of {@link isoOf}, within what a bigint is made from. */
const FAR_NS = 1e21

/** ISO 8601 with nanoseconds and Z, from nanoseconds since 1970. What a damaged clock claims beyond is cut to it. */
export function isoOf(unixNs: bigint): string {
  if (unixNs < FIRST_SECOND * NS_PER_SECOND) return isoOf(FIRST_SECOND * NS_PER_SECOND)
  if (unixNs >= END_SECOND * NS_PER_SECOND) return isoOf(END_SECOND * NS_PER_SECOND - 1n)
  const fraction = ((unixNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND
  const wholeMs = Number((unixNs - fraction) / 1_000_000n)
  return `${new Date(wholeMs).toISOString().slice(0, 19)}.${fraction.toString().padStart(9, '0')}Z`
}

/** The same of nanoseconds on the analysis' axis, which may be anything that a damaged input said. */
export function isoAt(epochNs: bigint, ns: number): string {
  const near = Math.min(Math.max(Number.isNaN(ns) ? 0 : ns, -FAR_NS), FAR_NS)
  return isoOf(epochNs + BigInt(Math.round(near)))
}
