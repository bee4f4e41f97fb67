import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { diagnosisJsonSchema, type SchemaAgreesWithCore } from '../src/diagnosis-schema.ts'
import { parseDiagnosis } from '../src/parse-diagnosis.ts'
import { renderJson } from '../src/json.ts'
import { arbitraryDiagnosis, hostileText } from './arbitrary-diagnosis.ts'
import { HEALTHY, MIXED, REFERENCE, UNDECIDED } from './samples.ts'

/** The claim itself is checked by the compiler; naming it here keeps it from being taken for dead code. */
const AGREES: SchemaAgreesWithCore = true

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F]/

describe('parseDiagnosis', () => {
  it('reads what core makes, changing nothing', () => {
    expect(AGREES).toBe(true)
    for (const sample of [REFERENCE, MIXED, HEALTHY, UNDECIDED])
      expect(parseDiagnosis(sample)).toEqual({ ok: true, diagnosis: sample })
  })

  it('reads back what renderJson wrote, whatever the strings', () => {
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => hostileText),
        (diagnosis) => {
          const json = renderJson(diagnosis)
          const parsed = parseDiagnosis(JSON.parse(json))
          expect(parsed.ok && renderJson(parsed.diagnosis)).toBe(json)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leaves out the fields of a later minor version', () => {
    const later = { ...REFERENCE, added: 1, summary: { ...REFERENCE.summary, added: 2 } }
    expect(parseDiagnosis(later)).toEqual({ ok: true, diagnosis: REFERENCE })
  })

  it('accepts a problem code that this version does not know', () => {
    const [input] = REFERENCE.inputs
    const problems = [{ code: 'invented-later', values: {}, text: 'is odd' }]
    expect(parseDiagnosis({ ...REFERENCE, inputs: [{ ...input, problems }] }).ok).toBe(true)
  })

  it('says where a field has the wrong type', () => {
    const wrong = { ...REFERENCE, findings: [{ ...REFERENCE.findings[0], connections: 'many' }] }
    const parsed = parseDiagnosis(wrong)
    expect(!parsed.ok && parsed.complaints).toEqual([expect.stringMatching(/^findings\[0\]\.connections: /)])
  })

  it('wants exactly one of frame, line and row in a proof', () => {
    const [finding] = REFERENCE.findings
    const says = REFERENCE.verdict
    const withProof = (proof: object): unknown => ({
      ...REFERENCE,
      findings: [{ ...finding, proof: [proof] }],
    })
    expect(parseDiagnosis(withProof({ input: 0, row: 3, says })).ok).toBe(true)
    expect(parseDiagnosis(withProof({ input: 0, row: 3, line: 4, says })).ok).toBe(false)
    expect(parseDiagnosis(withProof({ input: 0, says })).ok).toBe(false)
    expect(parseDiagnosis(withProof({ input: 0, frame: 0, says })).ok).toBe(false)
  })

  it('tells another schema, or none, from a damaged file', () => {
    expect(parseDiagnosis({ schema: 'whyreset.diagnosis/2' })).toEqual({
      ok: false,
      complaints: ['has the schema "whyreset.diagnosis/2"; whyreset.diagnosis/1 was wanted'],
    })
    for (const nothing of [undefined, 3, 'text', [], {}]) expect(parseDiagnosis(nothing).ok).toBe(false)
  })

  it('never throws and lets no control character into its complaints', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), hostileText, (value, key) => {
        const parsed = parseDiagnosis({
          ...REFERENCE,
          schema: 'whyreset.diagnosis/1',
          summary: { [key]: value },
        })
        for (const complaint of parsed.ok ? [] : parsed.complaints) expect(complaint).not.toMatch(CONTROL)
        expect(parsed.ok).toBe(false)
      }),
    )
  })
})

describe('diagnosisJsonSchema', () => {
  const schema = diagnosisJsonSchema()

  it('is draft 2020-12 with an id', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(schema['$id']).toBe('urn:whyreset:schema:diagnosis:1')
  })

  it('tolerates additional fields and names units', () => {
    const json = JSON.stringify(schema)
    expect(json).not.toContain('"additionalProperties":false')
    expect(json).toContain('Milliseconds without a segment before the reset.')
    expect(json).toContain('Byte offset in the decompressed input, 0-based.')
  })

  it('means the same as the zod schema that it is made from', () => {
    const published = z.fromJSONSchema(schema)
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => hostileText),
        (diagnosis) => published.safeParse(diagnosis).success,
      ),
      { numRuns: 30 },
    )
    expect(published.safeParse({ ...REFERENCE, summary: {} }).success).toBe(false)
  })

  it('asks for exactly one place in a proof', () => {
    expect(schema).toHaveProperty('$defs.proof.oneOf.length', 3)
  })
})
