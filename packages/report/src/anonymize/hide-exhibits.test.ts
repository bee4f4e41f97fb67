import type { Exhibits } from '@whyreset/core'
import { expect, it } from 'vitest'
import { diagnosisWith } from '../../test/empty-diagnosis.ts'
import { anonymizeAll } from '../anonymize.ts'

const EXHIBITS: Exhibits = {
  schema: 'whyreset.exhibits/1',
  epoch: '2026-11-22T14:55:15.000000000Z',
  fromNs: 0,
  toNs: 5,
  addresses: ['10.91.1.1', 'db.corp.example'],
  timeline: {
    resets: { count: 1, timesNs: [1] },
    refused: { count: 0, timesNs: [] },
    collections: [],
    logs: [{ count: 1, timesNs: [1], input: 0, word: 'reset', line: [4] }],
    kernelResets: [],
    triggers: [],
  },
  lanes: {
    count: 0,
    share: 1,
    firstNs: [],
    lastNs: [],
    client: [],
    clientPort: [],
    server: [],
    serverPort: [],
    input: [],
    stream: [],
    frame: [],
    outcome: [],
    incident: [],
    finding: [],
    ladder: [],
    synNs: [],
    synAckNs: [],
    establishedNs: [],
    clientFinNs: [],
    serverFinNs: [],
    rsts: [],
    clientBytes: [],
    serverBytes: [],
    clientSegments: [],
    serverSegments: [],
    clientData: [],
    serverData: [],
    clientZero: [],
    serverZero: [],
  },
  ladders: [
    {
      incident: 0,
      parts: [],
      seen: 1,
      gaps: [],
      clientScaled: true,
      serverScaled: true,
      frame: [1],
      timeNs: [1],
      from: [0],
      flags: [24],
      seq: [1],
      ack: [1],
      length: [9],
      window: [9],
      marks: [0],
      cited: [],
      heads: [
        { segment: 0, protocol: 'http', text: 'GET /secret?token=abc HTTP/1.1' },
        { segment: 1, protocol: 'http', text: 'HTTP/1.1 200 secret words' },
        { segment: 2, protocol: 'tls', text: 'ClientHello shop.corp.example' },
      ],
    },
  ],
  hosts: [
    {
      who: 'corp-host',
      addresses: ['10.91.1.1'],
      timesNs: [1],
      input: [0],
      states: { ESTAB: [1], 'corp made up': [1] },
      groups: [
        {
          process: 'corp-agent',
          pid: 6,
          peer: '10.91.1.2:8080',
          established: [1],
          closeWait: [0],
          unread: [0],
        },
      ],
      groupsOmitted: 0,
    },
  ],
  lines: [{ input: 0, line: 4, word: 'reset', text: 'user@corp.example: reset by 10.91.1.1' }],
}

it('hides every text of the pictures, keeps numbers, and names addresses as the diagnosis does', () => {
  const { exhibits } = anonymizeAll(
    diagnosisWith({
      warnings: [
        {
          kind: 'close-wait-leak',
          peer: '10.91.1.2:8080',
          count: 1,
          says: { id: 'x', values: {}, text: '' },
          proof: [],
        },
      ],
    }),
    EXHIBITS,
    'a key',
  )
  expect(JSON.stringify(exhibits)).not.toMatch(/10\.91|corp|secret|token/)
  expect(exhibits?.ladders[0]?.heads.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^GET hidden-\d+$/),
    'HTTP/1.1 200',
    expect.stringMatching(/^hidden-\d+$/),
  ])
  expect(exhibits?.hosts[0]?.groups[0]?.peer).toMatch(/:8080$/)
  expect(exhibits?.timeline.logs).toEqual(EXHIBITS.timeline.logs)
  expect(exhibits?.ladders[0]?.window).toEqual([9])
})
