import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  RecordError,
  startRecording,
  type Recording,
  type RecordOptions,
  type SeenReset,
  type Target,
} from '@whyreset/gather'
import { expect } from 'vitest'
import { because, live, liveEnds } from './live-ends.ts'
import { CLIENT, modeOf, RESETTING_SERVER, told } from './two-namespaces.ts'

const ends = liveEnds('record')

async function record(options: Partial<RecordOptions> & Pick<RecordOptions, 'targets'>): Promise<Recording> {
  return ends.keep(await startRecording({ directory: join(ends.folder, 'evidence'), ...options }))
}

function evidence(...path: string[]): string {
  return join(ends.folder, 'evidence', ...path)
}

live(
  `writes what both ends saw of resets into one folder that only its owner can read${because}`,
  async () => {
    const { client, server } = await ends.resettingNetwork()
    const recording = await record({ targets: [client.target, server.target] })
    const resets: SeenReset[] = []
    recording.onReset((reset) => resets.push(reset))
    await told(client.node(CLIENT, [server.address, 'reset me', '3']))
    const summary = await recording.stop()

    expect(summary).toMatchObject({
      connections: 3,
      resets: 3,
      droppedPackets: 0,
      missing: [],
      end: { why: 'stopped' },
    })
    expect(resets.map(({ from }) => from)).toEqual(Array.from({ length: 3 }, () => `${server.address}:8080`))
    const files = readdirSync(evidence(), { recursive: true, encoding: 'utf8' }).toSorted()
    for (const name of files)
      expect(modeOf(evidence(name)), name).toBe(statSync(evidence(name)).isDirectory() ? 0o700 : 0o600)
    expect(modeOf(evidence())).toBe(0o700)
    expect(files.filter((name) => !name.startsWith('sockets'))).toEqual([
      'capture-client-0001.pcap',
      'capture-server-0001.pcap',
      'kernel-resets.txt',
      'manifest.json',
      'nstat-diff-client.txt',
      'nstat-diff-server.txt',
    ])
    expect(files.filter((name) => /^sockets\/ss-server-\d{8}T\d{6}\.\d{3}Z\.txt$/.test(name))).toHaveLength(2)
    expect(readFileSync(evidence('nstat-diff-server.txt'), 'utf8')).toMatch(/^TcpOutRsts +3$/m)
    const trace = readFileSync(evidence('kernel-resets.txt'), 'utf8')
    expect(trace).toMatch(/^# wall_minus_trace_clock: \d+\.\d{6}$/m)
    const sent = trace.split('\n').filter((line) => line.includes('tcp_send_reset: '))
    expect(sent.filter((line) => line.includes(`src=${server.address}:8080 `))).toHaveLength(3)
  },
)

live('leaves nothing behind when it was stopped', async () => {
  const { client } = ends.network()
  const before = leftovers()
  const recording = await record({ targets: [client.target] })
  expect(leftovers()).not.toEqual(before)
  await recording.stop()
  expect(leftovers()).toEqual(before)
})

live('keeps the newest packets within the bound, each file a capture of its own', async () => {
  const { client, server } = await ends.resettingNetwork()
  const maxBytes = 2_000_000
  const recording = await record({ targets: [server.target], maxBytes })
  await told(client.node(CLIENT, [server.address, 'big', '40']))
  const summary = await recording.stop()
  const captures = readdirSync(evidence()).filter((name) => name.startsWith('capture-'))
  const bytes = captures.reduce((sum, name) => sum + statSync(evidence(name)).size, 0)
  expect(bytes).toBeGreaterThan(maxBytes / 3)
  expect(bytes).toBeLessThan(maxBytes)
  expect(captures).toHaveLength(8)
  expect(captures).not.toContain('capture-0001.pcap')
  for (const name of captures) expect(readFileSync(evidence(name)).readUInt32LE(0)).toBe(0xa1b23c4d)
  expect(summary.missing.map(({ what }) => what)).toEqual(['older packets'])
})

live('copies logs, and tells lines that are new', async () => {
  const { target } = ends.network().server
  const [app, gc] = [join(ends.folder, 'my app.log'), join(ends.folder, 'collector.log')]
  writeFileSync(app, 'from before\n')
  writeFileSync(gc, '[0.1s][info][gc] Using G1\n')
  const recording = await record({
    targets: [{ ...target, logs: [{ kind: 'file', path: app }], gcLogs: [{ kind: 'file', path: gc }] }],
    logs: [{ source: { kind: 'file', path: app } }],
  })
  const lines: string[] = []
  recording.onLine((line, of) => lines.push(`${of?.name ?? '?'}: ${line}`))
  appendFileSync(app, 'connection reset by peer\n')
  await recording.stop()
  expect(lines).toEqual(['server: connection reset by peer'])
  expect(readFileSync(evidence('app.log'), 'utf8')).toBe('connection reset by peer\n')
  expect(readFileSync(evidence('gc.log'), 'utf8')).toBe('[0.1s][info][gc] Using G1\n')
})

live('ends when its time is over', async () => {
  const { client } = ends.network()
  const recording = await record({ targets: [client.target], maxDurationMs: 200 })
  expect((await recording.ended).end).toEqual({ why: 'duration' })
})

live('ends some seconds after the last of its processes', async () => {
  const { server } = ends.network()
  const child = server.node(RESETTING_SERVER, [server.address])
  await told(child)
  const { pid } = child
  const recording = await record({ targets: [{ ...server.target, ...(pid !== undefined && { pid }) }] })
  child.kill('SIGKILL')
  expect((await recording.ended).end).toEqual({ why: 'targets-lost' })
})

live('says what is wrong with a filter, in the words of tcpdump, and leaves nothing', async () => {
  const { client } = ends.network()
  const before = leftovers()
  await expect(record({ targets: [client.target], filter: 'no such thing' })).rejects.toThrow(
    /filter was refused by tcpdump: .*(?:filter expression|syntax error)/,
  )
  expect(leftovers()).toEqual(before)
  expect(existsSync(evidence())).toBe(false)
})

live('takes no folder that holds something', async () => {
  const { client } = ends.network()
  writeFileSync(join(ends.folder, 'notes.txt'), '')
  await expect(record({ targets: [client.target], directory: ends.folder })).rejects.toThrow('is not empty')
})

live('ends with the reason when the disk is full, and removes what it started', async () => {
  const before = leftovers()
  const disk = join(ends.folder, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
  try {
    const { client, server } = await ends.resettingNetwork()
    const recording = await record({ targets: [server.target], directory: join(disk, 'evidence') })
    expect(() => {
      writeFileSync(join(disk, 'something else'), Buffer.alloc(8e6))
    }).toThrow('ENOSPC')
    client.node(CLIENT, [server.address, 'reset me', '20'])
    const { end } = await recording.ended
    expect(end).toMatchObject({ why: 'cannot-write', says: expect.stringContaining('ENOSPC') })
    expect(leftovers()).toEqual(before)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})

live('refuses names that are no part of a file’s name, or the same', async () => {
  const target: Target = { ...makeTarget(), name: '../x' }
  await expect(record({ targets: [target] })).rejects.toThrow('cannot be part of a file')
  await expect(record({ targets: [makeTarget(), makeTarget()] })).rejects.toThrow('same name')
})

live('says which target’s namespace is gone', async () => {
  const { client } = ends.network()
  const target = { ...client.target, networkNamespace: '/run/netns/wrt-not-there' }
  await expect(record({ targets: [target] })).rejects.toThrow(RecordError)
})

function makeTarget(): Target {
  const none = { addresses: [], publishedPorts: [], logs: [], gcLogs: [] }
  return { name: 'own', kind: 'host', spec: 'host', networkNamespace: '/proc/self/ns/net', ...none }
}

function leftovers(): readonly string[] {
  return ['/sys/kernel/tracing/instances', '/run/whyreset']
    .flatMap((path) => (existsSync(path) ? readdirSync(path) : []))
    .filter((name) => name.split('-').includes(String(process.pid)))
}
