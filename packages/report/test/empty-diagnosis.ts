import type { Diagnosis } from '@whyreset/core'

/** An answer about nothing, to say in a test only what the test is about. */
export function diagnosisWith(change: Partial<Diagnosis>): Diagnosis {
  return {
    schema: 'whyreset.diagnosis/1',
    verdict: { id: 'x', values: {}, text: 'x' },
    inputs: [],
    summary: {
      packets: 0,
      connections: 0,
      reset: 0,
      gracefullyClosed: 0,
      open: 0,
      refused: 0,
      durationSeconds: 0,
      incidentsOmitted: 0,
      raw: { streams: 0, rstSegments: 0 },
    },
    findings: [],
    incidents: [],
    warnings: [],
    ...change,
  }
}
