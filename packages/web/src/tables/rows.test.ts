import type { Incident, Message, Warning } from '@whyreset/core'
import { expect, it } from 'vitest'
import { diagnosisWith } from '../../../report/test/empty-diagnosis.ts'
import { hostRows } from './host-rows.ts'
import { leakRows } from './leak-rows.ts'

const SAYS: Message = { id: 'x', values: {}, text: 'x' }

function incident(client: string, server: string, resetBy: Incident['resetBy']): Incident {
  return {
    id: 'r1',
    client,
    server,
    time: '2026-11-22T14:55:16Z',
    resetBy,
    form: 'active',
    input: 0,
    frame: 1,
    stream: 0,
    phase: 'data',
    cause: 'unknown',
    ruledOut: [],
  }
}

it('counts what each host sent and received, IPv6 among them, a reset in between for both', () => {
  const rows = hostRows(
    diagnosisWith({
      incidents: [
        incident('10.0.0.1:5000', '10.0.0.2:80', 'client'),
        incident('[fd00::1]:5000', '10.0.0.2:80', 'server'),
        incident('10.0.0.1:5001', '10.0.0.2:80', 'middlebox'),
      ],
    }),
    undefined,
  )
  expect(rows.map(({ host, resetsSent, resetsReceived }) => [host, resetsSent, resetsReceived])).toEqual([
    ['10.0.0.2', 1, 2],
    ['10.0.0.1', 1, 1],
    ['fd00::1', 0, 1],
  ])
})

it('lists every warning, with the count of what is stuck', () => {
  const warnings: Warning[] = [
    { kind: 'close-wait-leak', process: 'java', peer: '10.0.0.2:80', count: 48, says: SAYS, proof: [] },
    { kind: 'stalled-reader', count: 5, says: SAYS, proof: [] },
  ]
  const rows = leakRows(diagnosisWith({ warnings }), undefined)
  expect(rows).toMatchObject([
    { kind: 'close-wait-leak', process: 'java', closeWait: 48 },
    { kind: 'stalled-reader' },
  ])
})
