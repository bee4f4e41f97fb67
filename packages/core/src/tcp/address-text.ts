/** Dotted decimal of an IPv4 address as uint32. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`
}

/** RFC 5952 text of four 32-bit words; IPv4-mapped addresses are written as IPv4. */
export function formatIpv6(words: ArrayLike<number>): string {
  const groups: number[] = []
  for (let index = 0; index < 4; index++) {
    const word = words[index] ?? 0
    groups.push(word >>> 16, word & 0xffff)
  }
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return formatIpv4(words[3] ?? 0)
  let bestStart = -1
  let bestLength = 1
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > bestLength) {
      bestStart = start
      bestLength = length
    }
  }
  const text = groups.map((group) => group.toString(16))
  if (bestStart < 0) return text.join(':')
  return `${text.slice(0, bestStart).join(':')}::${text.slice(bestStart + bestLength).join(':')}`
}
