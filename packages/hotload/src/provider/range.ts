/** Bytes `first` to `last`, both included. */
interface ByteRange {
  readonly first: number
  readonly last: number
}

export type RangeAnswer = ByteRange | 'whole' | 'unsatisfiable'

/** More ranges than this are an attack, or a program gone wrong (RFC 9110 §14.2 lets a server ignore them). */
const MAX_RANGES = 16

/**
 * What a Range header asks for (RFC 9110 §14.1.2). One range that begins inside is sent as it is; several are answered
 * with the whole, where any of them begins inside; what cannot be parsed is ignored, as §14.2 wants it.
 */
export function parseRange(header: string | undefined, size: number): RangeAnswer {
  const [, list] = /^bytes=([\d\s,-]+)$/i.exec(header?.trim() ?? '') ?? []
  if (list === undefined) return 'whole'
  const specs = list
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  if (specs.length === 0 || specs.length > MAX_RANGES) return 'whole'
  const ranges: (ByteRange | undefined)[] = []
  for (const spec of specs) {
    const range = oneRange(spec, size)
    if (range === 'invalid') return 'whole'
    ranges.push(range)
  }
  const inside = ranges.filter((range) => range !== undefined)
  const [only] = inside
  if (only === undefined) return 'unsatisfiable'
  return ranges.length === 1 ? only : 'whole'
}

/** `undefined` where it begins after the end. */
function oneRange(spec: string, size: number): ByteRange | undefined | 'invalid' {
  const [, from = '', to = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? []
  if (from === '' && to === '') return 'invalid'
  if (from === '') {
    const suffix = Number(to)
    return suffix === 0 || size === 0 ? undefined : { first: Math.max(0, size - suffix), last: size - 1 }
  }
  const [first, last] = [Number(from), to === '' ? size - 1 : Number(to)]
  if (to !== '' && last < first) return 'invalid'
  return first >= size ? undefined : { first, last: Math.min(last, size - 1) }
}
