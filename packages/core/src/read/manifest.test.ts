import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseManifest } from './manifest.ts'

const SCHEMA = 'whyreset.evidence/1'

test('reads targets and files', () => {
  const text = JSON.stringify({
    schema: SCHEMA,
    targets: [
      {
        name: 'cli',
        pid: 6255,
        startedAt: '2026-11-22T14:55:21.123456789Z',
        addresses: ['10.91.1.1/24', '::ffff:10.91.1.9', 'fe80::1%eth0', 'not an address'],
        zone: '+08:00',
      },
      { name: 'srv' },
    ],
    start: '2026-11-22T14:55:20Z',
    files: [{ path: 'capture-0001.pcap', kind: 'pcap', target: 'cli' }, { path: 'sockets/ss-cli.txt' }],
  })
  expect(parseManifest(text)).toEqual({
    manifest: {
      targets: [
        {
          name: 'cli',
          pid: 6255,
          startedAtMs: Date.UTC(2026, 10, 22, 14, 55, 21, 123),
          addresses: ['10.91.1.1', '10.91.1.9', 'fe80::1'],
          zoneMinutes: 480,
        },
        { name: 'srv', addresses: [] },
      ],
      files: [{ path: 'capture-0001.pcap', kind: 'pcap', target: 'cli' }, { path: 'sockets/ss-cli.txt' }],
    },
  })
})

test.each([
  ['Z', 0],
  ['UTC', 0],
  ['-0330', -210],
  ['-00:00', 0],
  [330, 330],
  ['Asia/Shanghai', undefined],
  ['+99:00', undefined],
  [1.5, undefined],
])('zone %j is %j minutes', (zone, minutes) => {
  const { manifest } = parseManifest(JSON.stringify({ schema: SCHEMA, targets: [{ name: 'a', zone }] }))
  expect(manifest?.targets[0]?.zoneMinutes).toBe(minutes)
})

test('a start without a zone is not guessed', () => {
  const { manifest } = parseManifest(
    JSON.stringify({ schema: SCHEMA, targets: [{ name: 'a', startedAt: '2026-11-22T14:55:21' }] }),
  )
  expect(manifest?.targets[0]).toEqual({ name: 'a', addresses: [] })
})

test('a path out of the folder is left out', () => {
  const paths = ['../x', 'a/../../x', '/etc/passwd', 'C:\\x', '\\\\host\\x', 'a\\..\\x', '', 'a..b/c']
  const { manifest } = parseManifest(
    JSON.stringify({ schema: SCHEMA, files: paths.map((path) => ({ path })) }),
  )
  expect(manifest?.files).toEqual([{ path: 'a..b/c' }])
})

test('entries of the wrong form are left out, the others are kept', () => {
  const { manifest, problem } = parseManifest(
    JSON.stringify({
      schema: SCHEMA,
      targets: [null, 1, [], { name: 3 }, { name: 'a', pid: -1, addresses: 'x' }],
      files: {},
    }),
  )
  expect(problem).toBeUndefined()
  expect(manifest).toEqual({ targets: [{ name: 'a', addresses: [] }], files: [] })
})

test.each(['', '{', '{"schema":"whyreset.evidence/1"', '['.repeat(100_000)])(
  'says when it is not JSON',
  (text) => {
    expect(parseManifest(text)).toMatchObject({ problem: { code: 'manifest-not-json' } })
  },
)

test.each(['{}', '[]', 'null', '"x"', '{"schema":"whyreset.evidence/2"}', '{"schema":7}'])(
  'says which schema was wanted: %s',
  (text) => {
    expect(parseManifest(text)).toMatchObject({
      problem: { code: 'manifest-schema', values: { wanted: SCHEMA } },
    })
  },
)

test('a byte order mark is no problem', () => {
  expect(parseManifest(`\uFEFF{"schema":"${SCHEMA}"}`)).toEqual({ manifest: { targets: [], files: [] } })
})

test('arbitrary JSON never throws, and gives a manifest or a problem', () => {
  const key = fc.constantFrom(
    'schema',
    'targets',
    'files',
    'name',
    'pid',
    'startedAt',
    'addresses',
    'zone',
    'path',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.array(tie('tree')),
      fc.dictionary(key, tie('tree')),
      fc.constant(SCHEMA),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, tree), fc.boolean(), (json, valid) => {
      const result = parseManifest(JSON.stringify(valid ? { ...json, schema: SCHEMA } : json))
      expect(Object.keys(result)).toHaveLength(1)
    }),
  )
})

test('times of written lines are read, and only those of a file in the folder', () => {
  const at = '2026-11-22T14:55:21.190Z'
  const clocks = [
    { path: 'gc.log', line: 3, at },
    { path: '../gc.log', line: 3, at },
    { path: 'gc.log', line: 0, at },
    { path: 'gc.log', line: 4 },
    { name: 'CLOCK_MONOTONIC', wallMinusClockSeconds: 1 },
  ]
  const { manifest } = parseManifest(JSON.stringify({ schema: SCHEMA, clocks }))
  expect(manifest?.lineTimes).toEqual([{ path: 'gc.log', line: 3, atMs: Date.parse(at) }])
})
