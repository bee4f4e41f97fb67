import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnosisSchema } from '../src/diagnosis-schema.ts'
import { jsonPieces, renderJson, safeJson } from '../src/json.ts'
import { KEEP_STRINGS, mapStrings } from '../src/map-strings.ts'
import { arbitraryDiagnosis, hostileText } from './arbitrary-diagnosis.ts'
import { REFERENCE } from './samples.ts'

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const STEERING = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]|\p{Cs}/u

describe('renderJson', () => {
  it('indents by two spaces and ends with a newline', () => {
    expect(renderJson(REFERENCE)).toMatch(/^\{\n {2}"schema": "whyreset\.diagnosis\/1",\n/)
    expect(renderJson(REFERENCE).endsWith('\n}\n')).toBe(true)
  })

  it('gives the same bytes however the objects were built', () => {
    expect(renderJson(reversed(REFERENCE))).toBe(renderJson(REFERENCE))
  })

  it('orders fields as the published schema does, and loses none', () => {
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => fc.string()),
        (diagnosis) => {
          const ordered = JSON.parse(renderJson(diagnosis)) as unknown
          expect(ordered).toEqual(JSON.parse(JSON.stringify(diagnosis)))
          expect(JSON.stringify(diagnosisSchema.parse(ordered))).toBe(JSON.stringify(ordered))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('writes what is ruled out as JSON.stringify does, whether incidents share their lists or not', () => {
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => hostileText),
        fc.boolean(),
        (diagnosis, share) => {
          const [first] = diagnosis.incidents
          const incidents = diagnosis.incidents.map((incident) =>
            share && first !== undefined ? { ...incident, ruledOut: first.ruledOut } : incident,
          )
          const told = { ...diagnosis, incidents: [...incidents, ...incidents] }
          expect(renderJson(told)).toBe(safeJson(mapStrings(told, KEEP_STRINGS)))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('comes in pieces of some size, however many incidents there are', () => {
    const [incident] = REFERENCE.incidents
    const incidents = Array.from({ length: 2_000 }, () => incident).filter((each) => each !== undefined)
    const pieces = [...jsonPieces({ ...REFERENCE, incidents })]
    expect(pieces.length).toBeGreaterThan(3)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1 << 18)
  })

  it('writes what could steer a terminal as escapes, and means the same', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = renderJson({ ...REFERENCE, verdict: { id: 'x', values: {}, text } })
        expect(json.replace(/\n/g, '')).not.toMatch(STEERING)
        expect(JSON.parse(json)).toHaveProperty('verdict.text', text)
      }),
    )
  })
})

function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => reversed(item)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item as unknown)]),
  ) as T
}
