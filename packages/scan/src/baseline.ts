import type { Place } from './place.ts'

/** Places that are known and accepted for now: new ones are what is looked for. */
export interface Baseline {
  readonly schema: 'whyreset.scan-baseline/1'
  /** Fingerprint of a place → how often it is known. Its rule and file are for people. */
  readonly known: readonly {
    readonly fingerprint: string
    readonly rule: string
    readonly file: string
    readonly count: number
  }[]
}

export function baselineOf(places: readonly Place[]): Baseline {
  const known = new Map<string, { fingerprint: string; rule: string; file: string; count: number }>()
  for (const { fingerprint, rule, file } of places) {
    const before = known.get(fingerprint)
    known.set(fingerprint, { fingerprint, rule, file, count: (before?.count ?? 0) + 1 })
  }
  return {
    schema: 'whyreset.scan-baseline/1',
    known: [...known.values()].toSorted((a, b) =>
      `${a.file} ${a.fingerprint}` < `${b.file} ${b.fingerprint}` ? -1 : 1,
    ),
  }
}

/** Undefined when the value is no baseline. */
export function parseBaseline(value: unknown): Baseline | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { schema, known }: { schema?: unknown; known?: unknown } = value
  if (schema !== 'whyreset.scan-baseline/1' || !Array.isArray(known)) return undefined
  const entries = known.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const {
      fingerprint,
      rule = '',
      file = '',
      count = 1,
    }: { fingerprint?: unknown; rule?: unknown; file?: unknown; count?: unknown } = entry
    return typeof fingerprint === 'string' && typeof count === 'number'
      ? [{ fingerprint, rule: String(rule), file: String(file), count }]
      : []
  })
  return { schema, known: entries }
}

/** The places that the baseline does not know. */
export function withoutKnown(places: readonly Place[], { known }: Baseline): Place[] {
  const left = new Map(known.map(({ fingerprint, count }) => [fingerprint, count]))
  return places.filter(({ fingerprint }) => {
    const count = left.get(fingerprint) ?? 0
    left.set(fingerprint, count - 1)
    return count <= 0
  })
}
