import type { Diagnosis, Exhibits, Incident, Lanes } from '@whyreset/core'

const EPOCH_MS = Date.parse('2026-11-22T14:55:16.000Z')
const MS = 1e6
const BURSTS = 7
const RESETS = 12
const LAGS_MS = [0.4, 0.9, 3.3, 1.2, 0.6, 2.1, 0.8]
const SYN = 2
const RST = 4
const PSH = 8
const ACK = 16
const ZERO_WINDOW = 8
const WINDOW_UPDATE = 16
const KEEPALIVE = 32
const CLIENT = '10.91.1.1'
const SERVER = '10.91.1.2'
/** A name from a capture that would be a script if anything made markup of it. */
export const HOSTILE = 'GET /<img src=x onerror="document.title=\'run\'"> HTTP/1.1'

/**
 * The reference story in small: seven collections of eight are followed by twelve resets each, of connections whose reader
 * stalled; each has a normal neighbour. Made by hand, so that a test knows every number.
 */
export function pictureStory(): { diagnosis: Diagnosis; exhibits: Exhibits } {
  const collectionMs = Array.from({ length: BURSTS + 1 }, (_, index) => 6000 + index * 8000)
  const burstMs = LAGS_MS.map((lag, index) => (collectionMs[index] ?? 0) + 14 + lag)
  const resetMs = burstMs.flatMap((first) =>
    Array.from({ length: RESETS }, (_, index) => first + index * 0.05),
  )
  const incidents = resetMs.map((ms, index) => incidentAt(ms, index))
  return {
    diagnosis: diagnosisOf(incidents, burstMs),
    exhibits: {
      schema: 'whyreset.exhibits/1',
      epoch: '2026-11-22T14:55:16.000000000Z',
      fromNs: 0,
      toNs: 66_000 * MS,
      addresses: [CLIENT, SERVER],
      timeline: {
        resets: {
          count: resetMs.length,
          timesNs: deltas(resetMs.map(ns)),
          incidents: deltas(incidents.map((_, index) => index)),
        },
        refused: { count: 2, timesNs: deltas([9000 * MS, 9001 * MS]) },
        connections: {
          fromNs: 0,
          binNs: 1000 * MS,
          open: Array.from({ length: 66 }, (_, s) => (s * 3) % 24),
          opened: [],
          share: 1,
        },
        collections: [
          {
            input: 1,
            runtime: 'jvm',
            collector: 'G1',
            pid: 6255,
            count: collectionMs.length,
            startNs: deltas(collectionMs.map(ns)),
            lengthNs: collectionMs.map(() => 14 * MS),
            pauseUs: collectionMs.map(() => 14_000),
            kind: collectionMs.map(() => 0),
            name: collectionMs.map(() => 0),
            names: ['Pause Young (Normal) (G1 Evacuation Pause)'],
            line: deltas(collectionMs.map((_, index) => 20 + index)),
          },
        ],
        logs: [
          {
            input: 2,
            word: 'reset',
            count: resetMs.length,
            timesNs: deltas(resetMs.map((ms) => ns(ms + 0.3))),
            line: deltas(resetMs.map((_, index) => index + 1)),
          },
        ],
        kernelResets: [],
        triggers: [
          {
            finding: 0,
            collections: 0,
            burstNs: deltas(burstMs.map(ns)),
            resets: burstMs.map(() => RESETS),
            followed: burstMs.map((_, index) => index),
            lagUs: LAGS_MS.map((lag) => lag * 1000),
          },
        ],
      },
      lanes: lanesOf(resetMs),
      ladders: [ladderTo(ns(resetMs[0] ?? 0))],
      hosts: [
        {
          who: 'client',
          addresses: [CLIENT],
          timesNs: deltas(Array.from({ length: 13 }, (_, index) => index * 5000 * MS)),
          input: Array.from({ length: 13 }, () => 3),
          states: { 'CLOSE-WAIT': Array.from({ length: 13 }, (_, index) => 4 + index * 9) },
          groups: [],
          groupsOmitted: 0,
        },
      ],
      lines: [],
    },
  }
}

function incidentAt(ms: number, index: number): Incident {
  const time = new Date(EPOCH_MS + Math.floor(ms)).toISOString().slice(0, -1)
  return {
    id: `i${index + 1}`,
    client: `${CLIENT}:${50_000 + index}`,
    server: `${SERVER}:8080`,
    time: `${time}${String(Math.round((ms % 1) * MS)).padStart(6, '0')}Z`,
    resetBy: 'client',
    form: 'active',
    input: 0,
    frame: 1204 + index,
    stream: index,
    phase: 'response',
    unreadBytes: 119_808,
    silenceMs: 2400,
    cause: 'garbage-collected',
    ruledOut: [],
  }
}

function lanesOf(resetMs: readonly number[]): Lanes {
  // Every reset connection, and after it one that was read to its end and closed.
  const rows = resetMs
    .flatMap((ms, incident) => [
      { startMs: ms - 5000 - (incident % RESETS) * 90, endMs: ms, incident },
      { startMs: ms - 4000 - (incident % RESETS) * 90, endMs: ms - 3000, incident: undefined },
    ])
    .toSorted((a, b) => a.startMs - b.startMs)
  const isReset = rows.map(({ incident }) => incident !== undefined)
  const none = rows.map(() => null)
  const lengths = rows.map(({ startMs, endMs }) => ns(endMs - startMs))
  return {
    count: rows.length,
    share: 1,
    firstNs: deltas(rows.map(({ startMs }) => ns(startMs))),
    lastNs: lengths,
    client: rows.map(() => 0),
    clientPort: rows.map(({ incident }, row) => (incident === undefined ? 40_000 + row : 50_000 + incident)),
    server: rows.map(() => 1),
    serverPort: rows.map(() => 8080),
    input: rows.map(() => 0),
    stream: rows.map((_, row) => row),
    frame: rows.map((_, row) => row * 10 + 1),
    outcome: isReset.map((reset) => (reset ? 0 : 2)),
    incident: rows.map(({ incident }) => incident ?? null),
    finding: isReset.map((reset) => (reset ? 0 : null)),
    ladder: rows.map(({ incident }) => (incident === 0 ? 0 : null)),
    synNs: rows.map(() => 0),
    synAckNs: rows.map(() => 40_000),
    establishedNs: rows.map(() => 60_000),
    clientFinNs: lengths.map((length, row) => (isReset[row] ? null : length)),
    serverFinNs: none,
    rsts: lengths.map((length, row) => (isReset[row] ? [length, 0] : [])),
    clientBytes: rows.map(() => 120),
    serverBytes: rows.map(() => 250_000),
    clientSegments: rows.map(() => 20),
    serverSegments: rows.map(() => 200),
    clientData: rows.map(() => [1 * MS, 1 * MS, 120]),
    serverData: lengths.map((length, row) => [2 * MS, isReset[row] ? 400 * MS : length - 3 * MS, 250_000]),
    clientZero: lengths.map((length, row) => (isReset[row] ? [402 * MS, length - 402 * MS] : [])),
    serverZero: rows.map(() => []),
  }
}

/** Handshake, request, 40 segments of answer, a window that closes, probes, the reset. */
function ladderTo(resetNs: number): Exhibits['ladders'][number] {
  const start = resetNs - 5000 * MS
  type Row = [
    at: number,
    from: 0 | 1,
    flags: number,
    seq: number,
    ack: number,
    length: number,
    window: number,
    marks: number,
  ]
  const rows: Row[] = [
    [0, 0, SYN, 0, 0, 0, 64_240, 0],
    [0.04, 1, SYN | ACK, 0, 1, 0, 65_160, 0],
    [0.06, 0, ACK, 1, 1, 0, 64_256, 0],
    [1, 0, PSH | ACK, 1, 1, 120, 64_256, 0],
  ]
  for (let index = 0; index < 40; index++) {
    rows.push([2 + index * 10, 1, ACK, 1 + index * 1448, 121, 1448, 65_152, 0])
    const free = Math.max(0, 57_920 - (index + 1) * 1448)
    rows.push([2.1 + index * 10, 0, ACK, 121, 1 + (index + 1) * 1448, 0, free, free === 0 ? ZERO_WINDOW : 0])
  }
  for (let at = 600; at < 4900; at = at * 1.5 + 100) {
    rows.push([at, 1, ACK, 57_920, 121, 0, 65_152, KEEPALIVE])
    rows.push([at + 0.1, 0, ACK, 121, 57_921, 0, 0, ZERO_WINDOW])
  }
  rows.push([5000, 0, RST | ACK, 121, 57_921, 0, 93, WINDOW_UPDATE])
  const column = <K extends number>(place: K): Row[K][] => rows.map((row) => row[place])
  return {
    incident: 0,
    parts: [{ segment: 0, input: 0, stream: 17 }],
    seen: rows.length,
    gaps: [],
    clientScaled: true,
    serverScaled: true,
    frame: deltas(rows.map((_, index) => (index === rows.length - 1 ? 1204 : 300 + index * 3))),
    timeNs: deltas(rows.map(([at]) => start + ns(at))),
    from: column(1),
    flags: column(2),
    seq: column(3),
    ack: column(4),
    length: column(5),
    window: column(6),
    marks: column(7),
    heads: [
      { segment: 3, protocol: 'http', text: HOSTILE },
      { segment: 4, protocol: 'http', text: 'HTTP/1.1 200 OK' },
    ],
    cited: [{ segment: rows.length - 1, finding: 0, proof: 0 }],
  }
}

function diagnosisOf(incidents: readonly Incident[], burstMs: readonly number[]): Diagnosis {
  return {
    schema: 'whyreset.diagnosis/1',
    verdict: message('made'),
    inputs: [
      input('capture.pcap', 'capture'),
      input('gc.log', 'gc-log'),
      input('app.log', 'app-log'),
      input('ss.txt', 'socket-table'),
    ],
    summary: {
      packets: 10_000,
      connections: incidents.length * 2,
      reset: incidents.length,
      gracefullyClosed: incidents.length,
      open: 0,
      refused: 2,
      durationSeconds: 66,
      incidentsOmitted: 0,
      raw: { streams: incidents.length * 2, rstSegments: incidents.length },
    },
    findings: [
      {
        cause: 'garbage-collected',
        family: 'abnormal',
        severity: 'error',
        resetBy: 'client',
        client: CLIENT,
        server: `${SERVER}:8080`,
        connections: incidents.length,
        confidence: 0.97,
        statement: message('made'),
        because: [],
        proof: [{ input: 0, frame: 1204, says: message('RST,ACK in sequence, window 93') }],
        trigger: {
          kind: 'garbage-collection',
          bursts: burstMs.length,
          matched: burstMs.length,
          of: burstMs.length,
          withinMs: 250,
          expectedByChance: 0.2,
          pValue: 0.000_01,
        },
        from: incidents[0]?.time ?? '',
        to: incidents.at(-1)?.time ?? '',
        excluded: [],
        alternatives: [],
        fix: { summary: message('made'), doc: 'docs/causes/garbage-collected.md' },
        next: [],
        incidents: incidents.map(({ id }) => id),
      },
    ],
    incidents,
    warnings: [],
  }
}

function message(text: string): Diagnosis['verdict'] {
  return { id: 'made', values: {}, text }
}

function input(path: string, kind: Diagnosis['inputs'][number]['kind']): Diagnosis['inputs'][number] {
  return { path, kind, format: 'made', records: 1, problems: [] }
}

function ns(ms: number): number {
  return Math.round(ms * MS)
}

function deltas(values: readonly number[]): number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}
