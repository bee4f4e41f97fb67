import { problem, type Diagnosis, type Finding, type Message } from '@whyreset/core'

/** A message as a cause would give it, under an id that no catalogue has. */
export function said(text: string, values: Message['values'] = {}, id = 'sample'): Message {
  return { id, values, text }
}

const EXCLUDED: Finding['excluded'] = [
  { family: 'refused', because: said('the handshakes completed') },
  { family: 'deliberate', because: said('data was unread') },
  { family: 'unresponsive', because: said('every segment was acknowledged') },
  { family: 'unknown-connection', because: said('the resets carry the sequence number of a live socket') },
  { family: 'middlebox', because: said('TTL and IP ids are those of the client') },
]

const GARBAGE_COLLECTED: Finding = {
  cause: 'garbage-collected',
  family: 'abnormal',
  severity: 'error',
  resetBy: 'client',
  client: '10.91.1.1',
  server: '10.91.1.2:8080',
  connections: 126,
  confidence: 0.97,
  statement: said(
    '10.91.1.1 reset 126 connections to 10.91.1.2:8080: its garbage collector closed them with the responses unread.',
    { client: '10.91.1.1', server: '10.91.1.2:8080', connections: 126 },
    'garbage-collected',
  ),
  because: [
    said('GET /catalog-all.jar → 200, 24.1 MB announced, 0.25 MB delivered', {
      request: 'GET /catalog-all.jar',
      status: 200,
      announcedBytes: 24_100_000,
    }),
    said("the client's window stood at 0 for 1.2–8.9 s before each reset"),
  ],
  proof: [
    { input: 0, frame: 1204, says: said('RST,ACK in sequence, window 93') },
    { input: 1, line: 88, says: said('Pause Young (G1 Evacuation Pause) 14.1 ms') },
    { input: 2, row: 12, says: said('ESTAB, Recv-Q 119,808, java') },
    { input: 3, line: 31, says: said('recv() failed (104: Connection reset by peer)') },
    { input: 4, line: 7, says: said('TCP_ABORT_ON_CLOSE by Finalizer') },
  ],
  trigger: {
    kind: 'garbage-collection',
    bursts: 7,
    matched: 7,
    of: 7,
    withinMs: 3.3,
    expectedByChance: 0.2,
    pValue: 0.000_01,
    series: {
      from: '2026-11-22T14:55:16.000000000Z',
      to: '2026-11-22T14:56:20.000000000Z',
      resets: slices(64, { 0: 4, 2: 38, 16: 40, 17: 6, 33: 30, 57: 8 }),
      collections: slices(64, { 0: 1, 2: 1, 16: 1, 33: 1, 57: 1 }),
    },
  },
  parties: {
    client: { process: 'java', pid: 6255 },
    server: {
      process: 'nginx',
      logged: [
        { word: 'reset', count: 126 },
        { word: 'broken-pipe', count: 3 },
      ],
    },
  },
  from: '2026-11-22T14:55:16.612000000Z',
  to: '2026-11-22T14:56:19.870123456Z',
  excluded: EXCLUDED,
  alternatives: [],
  fix: {
    summary: said('Ask with HEAD or a conditional GET; or read the body to its end. Share one client.'),
    doc: 'docs/causes/garbage-collected.md',
  },
  next: [
    {
      says: said('the line of code'),
      command: 'whyreset scan src/ --diagnosis incident.json',
    },
  ],
  incidents: ['1', '2'],
}

/** The reference story: a careless Java client, reset at each collection. */
export const REFERENCE: Diagnosis = {
  schema: 'whyreset.diagnosis/1',
  verdict: GARBAGE_COLLECTED.statement,
  inputs: [
    {
      path: 'incident/capture.pcap',
      kind: 'capture',
      format: 'pcap',
      records: 9341,
      from: '2026-11-22T14:55:15.101000000Z',
      to: '2026-11-22T14:56:21.300000000Z',
      problems: [],
    },
    { path: 'incident/gc.log', kind: 'gc-log', format: 'jvm G1', records: 14, problems: [] },
    {
      path: 'incident/sockets/ss-cli-20261122T145521.190Z.txt',
      kind: 'socket-table',
      format: 'ss',
      records: 48,
      problems: [],
    },
    {
      path: 'incident/app.log',
      kind: 'app-log',
      format: 'nginx',
      records: 129,
      clock: said('prints no time zone: taken as UTC', { path: 'incident/app.log' }),
      problems: [problem('line-too-long', { bytes: 131_072, kept: 65_536 }, { line: 912 })],
    },
    {
      path: 'incident/kernel-resets.txt',
      kind: 'kernel-trace',
      format: 'trace_pipe',
      records: 252,
      problems: [],
    },
  ],
  summary: {
    packets: 9341,
    connections: 214,
    reset: 126,
    gracefullyClosed: 84,
    open: 4,
    refused: 0,
    durationSeconds: 66.2,
    incidentsOmitted: 0,
    raw: { streams: 214, rstSegments: 126 },
  },
  findings: [
    GARBAGE_COLLECTED,
    {
      cause: 'health-probe',
      family: 'benign',
      severity: 'info',
      resetBy: 'client',
      client: '10.91.1.9',
      server: '10.91.1.2:8080',
      connections: 40,
      confidence: 0.9,
      statement: said('40 health probes by 10.91.1.9 (harmless)', { connections: 40, client: '10.91.1.9' }),
      because: [],
      proof: [{ input: 0, frame: 77, says: said('SYN, SYN-ACK, RST without data') }],
      from: '2026-11-22T14:55:16.000000000Z',
      to: '2026-11-22T14:56:19.000000000Z',
      excluded: [],
      alternatives: [],
      fix: { summary: said('Nothing to fix.'), doc: 'docs/causes/health-probe.md' },
      next: [],
      incidents: [],
    },
  ],
  incidents: [
    {
      id: '1',
      client: '10.91.1.1:58084',
      server: '10.91.1.2:8080',
      time: '2026-11-22T14:55:16.612000000Z',
      resetBy: 'client',
      form: 'active',
      input: 0,
      frame: 1204,
      stream: 17,
      phase: 'response',
      unreadBytes: 246_046,
      silenceMs: 1203.5,
      cause: 'garbage-collected',
      ruledOut: [
        { cause: 'abortive-close', because: said('246,046 bytes were unread', { unreadBytes: 246_046 }) },
      ],
    },
  ],
  warnings: [
    {
      kind: 'stalled-reader',
      process: 'java',
      peer: '10.91.1.2:8080',
      count: 12,
      growthPerMinute: 130,
      oldestSeconds: 8.9,
      says: said('12 connections stalled with a full window now: they will be reset at the next collection'),
      proof: [{ input: 2, row: 12, says: said('ESTAB, Recv-Q 246,046') }],
    },
  ],
}

/** Three causes in one capture. */
export const MIXED: Diagnosis = {
  ...REFERENCE,
  verdict: said('10.91.72.1 reset 37 connections to 10.91.72.2:8080; two more causes were found.'),
  findings: [
    {
      ...GARBAGE_COLLECTED,
      client: '10.91.72.1',
      server: '10.91.72.2:8080',
      connections: 37,
      statement: said('Its garbage collector closed 37 connections with the responses unread.'),
    },
    {
      cause: 'abortive-close',
      family: 'deliberate',
      severity: 'error',
      resetBy: 'client',
      client: '10.91.72.1',
      server: '10.91.72.2:8080',
      connections: 25,
      confidence: 0.9,
      statement: said(
        '10.91.72.1 closed 25 connections by a reset after complete responses: SO_LINGER is 0.',
      ),
      because: [said('nothing was unread and no FIN was sent')],
      proof: [{ input: 0, frame: 402, says: said('RST,ACK right after the last byte of the response') }],
      from: '2026-11-22T15:32:12.000000000Z',
      to: '2026-11-22T15:32:54.000000000Z',
      excluded: EXCLUDED.slice(0, 1),
      alternatives: [],
      fix: { summary: said('Remove SO_LINGER 0 and close normally.'), doc: 'docs/causes/abortive-close.md' },
      next: [],
      incidents: [],
    },
    {
      cause: 'connection-refused',
      family: 'refused',
      severity: 'error',
      resetBy: 'server',
      client: '10.91.72.1',
      server: '10.91.72.2:8081',
      connections: 11,
      confidence: 0.97,
      statement: said('10.91.72.2 refused 11 connections: nothing listens on port 8081.'),
      because: [],
      proof: [{ input: 0, frame: 12, says: said('RST,ACK in answer to SYN') }],
      from: '2026-11-22T15:32:20.000000000Z',
      to: '2026-11-22T15:32:20.000000000Z',
      excluded: [],
      alternatives: [],
      fix: {
        summary: said('Start the service, or correct the port that the client uses.'),
        doc: 'docs/causes/connection-refused.md',
      },
      next: [{ says: said('who listens there'), command: "ss -tlnp 'sport = :8081'" }],
      incidents: [],
    },
  ],
  warnings: [],
}

/** A run in which nothing was lost. */
export const HEALTHY: Diagnosis = {
  ...REFERENCE,
  verdict: {
    id: 'verdict-nothing-lost',
    values: { connections: 214 },
    text: 'Nothing was lost: none of 214 connections was reset.',
  },
  inputs: REFERENCE.inputs.slice(0, 2),
  summary: { ...REFERENCE.summary, reset: 0, gracefullyClosed: 210, raw: { streams: 214, rstSegments: 0 } },
  findings: [],
  incidents: [],
  warnings: [],
}

/** Nothing reached the confidence that a cause needs: the candidates, and what would decide. */
export const UNDECIDED: Diagnosis = {
  ...REFERENCE,
  verdict: said('10.0.0.9:443 reset 18 connections of 10.0.0.7; why cannot be told from what was given.'),
  inputs: REFERENCE.inputs.slice(0, 1),
  findings: [
    {
      cause: 'unknown',
      family: 'unknown',
      severity: 'error',
      resetBy: 'server',
      client: '10.0.0.7',
      server: '10.0.0.9:443',
      connections: 18,
      confidence: 0.5,
      statement: said('10.0.0.9:443 reset 18 connections of 10.0.0.7.'),
      because: [said('each reset came 60.0 s after the last byte')],
      proof: [{ input: 0, frame: 9001, says: said('bare RST, TTL 61, where the server has 58') }],
      from: '2026-11-22T14:55:16.612000000Z',
      to: '2026-11-23T02:10:00.000000000Z',
      excluded: [{ family: 'refused', because: said('the handshakes completed') }],
      alternatives: [
        {
          cause: 'middlebox-idle-timeout',
          confidence: 0.5,
          wouldTell: said('a capture at the server, at the same time: it would not show the reset'),
        },
        {
          cause: 'idle-timeout-reset',
          confidence: 0.3,
          wouldTell: said("the server's log, or its idle timeout"),
        },
      ],
      fix: { summary: said('Send keepalives more often than every 60 s.'), doc: 'docs/causes/unknown.md' },
      next: [
        {
          says: said('both sides at once'),
          command: "whyreset capture server --peer 10.0.0.7 --until 'reset by peer'",
        },
      ],
      incidents: [],
    },
  ],
  incidents: [],
  warnings: [],
}

function slices(length: number, at: Readonly<Record<number, number>>): number[] {
  return Array.from({ length }, (_, slice) => at[slice] ?? 0)
}
