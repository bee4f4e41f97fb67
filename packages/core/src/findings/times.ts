const NS_PER_SECOND = 1_000_000_000n
/** 0001-01-01 and 10000-01-01: between them ISO 8601 writes years with four digits. */
const FIRST_NS = -62_135_596_800n * NS_PER_SECOND
const END_NS = 253_402_300_800n * NS_PER_SECOND
/** Beyond any time of {@link isoOf}, within what a bigint is made from. */
const FAR_NS = 1e21

/** Where the fraction begins: years have four digits. */
const FRACTION_AT = '2026-11-22T14:55:21.'.length

/** ISO 8601 with nanoseconds and Z, from nanoseconds since 1970. What a damaged clock claims beyond is cut to it. */
export function isoOf(unixNs: bigint): string {
  if (unixNs < FIRST_NS) return isoOf(FIRST_NS)
  if (unixNs >= END_NS) return isoOf(END_NS - 1n)
  const fraction = ((unixNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND
  const wholeMs = Number((unixNs - fraction) / 1_000_000n)
  return `${new Date(wholeMs).toISOString().slice(0, 19)}.${fraction.toString().padStart(9, '0')}Z`
}

/**
 * The same of nanoseconds on the analysis' axis, which may be anything that a damaged input said. What happens in one
 * second shares its text up to there: bigints and dates take a microsecond each.
 */
export function isoClock(epochNs: bigint): (ns: number) => string {
  const epochFraction = Number(((epochNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND)
  let knownSecond = Number.NaN
  let knownText = ''
  return (ns) => {
    const near = Math.round(Math.min(Math.max(Number.isNaN(ns) ? 0 : ns, -FAR_NS), FAR_NS))
    const sinceSecond = epochFraction + near
    const second = Math.floor(sinceSecond / 1e9)
    if (second !== knownSecond) {
      const unixNs = epochNs + BigInt(near)
      const isOrdinary = unixNs >= FIRST_NS && unixNs < END_NS && Number.isSafeInteger(2 * sinceSecond)
      if (!isOrdinary) return isoOf(unixNs)
      knownSecond = second
      knownText = isoOf(unixNs).slice(0, FRACTION_AT)
    }
    return `${knownText}${String(sinceSecond - second * 1e9).padStart(9, '0')}Z`
  }
}
