import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { eventSchema, type WatchEvent } from '@whyreset/report/event-schema'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  CLIENT,
  makeTwoNamespaces,
  RESETTING_SERVER,
  told,
  whyNotLive,
  type TwoNamespaces,
} from '../../gather/test/record/two-namespaces.ts'
import { start, whyreset, type Run } from './whyreset.ts'

const reason = whyNotLive()
const live = it.skipIf(reason !== undefined)
const PROGRAMS = fileURLToPath(new URL('live/', import.meta.url))
/** Not all alike: a beat would fit any other beat. */
const PAUSES_MS = [0, 350, 120, 700, 60, 480, 200, 900]

let folder: string
let net: TwoNamespaces | undefined
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-watch-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await net?.remove()
  net = undefined
  rmSync(folder, { recursive: true, force: true })
})

interface Watching {
  readonly child: ChildProcessWithoutNullStreams
  readonly end: Promise<Run>
  readonly stdout: () => string
  readonly stderr: () => string
}

/** Starts `whyreset watch` and waits until it watches. */
async function watch(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Watching> {
  const { child, end } = start(['watch', '-o', join(folder, 'evidence'), ...args], env)
  children.push(child)
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (more: string) => {
      text[name] += more
    })
  await until(() => {
    expect(text.stdout).toMatch(/ watching |"attached"/)
  })
  return { child, end, stdout: () => text.stdout, stderr: () => text.stderr }
}

async function until(claim: () => void): Promise<void> {
  await vi.waitFor(claim, { timeout: 30_000, interval: 50 })
}

/** A program in a namespace whose output goes into a file, as a service's does. */
function program(
  namespace: string,
  name: string,
  args: readonly string[],
): { child: ChildProcess; log: string } {
  const log = join(folder, `${name}.log`)
  const output = openSync(log, 'w')
  const command = [`--net=${namespace}`, '--', process.execPath, ...args]
  const child = spawn('nsenter', command, { stdio: ['pipe', output, 'inherit'] })
  closeSync(output)
  children.push(child)
  return { child, log }
}

function eventsIn(stdout: string): WatchEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)))
}

function connectionsIn(stdout: string): number {
  // The last line may be on its way.
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1)
  return eventsIn(whole).reduce((sum, one) => sum + (one.event === 'finding' ? one.connections : 0), 0)
}

async function careless(): Promise<ChildProcess> {
  net = makeTwoNamespaces()
  const { client, server } = net
  const serving = program(server.target.networkNamespace, 'server', [
    `${PROGRAMS}server.mjs`,
    server.address,
    '8080',
  ])
  await until(() => {
    expect(readFileSync(serving.log, 'utf8')).toContain('listening')
  })
  const flags = ['--expose-gc', '--trace-gc', `${PROGRAMS}careless-client.mjs`]
  return program(client.target.networkNamespace, 'client', [...flags, `http://${server.address}:8080/big`])
    .child
}

describe(`whyreset watch${reason === undefined ? '' : ` (live ones skipped: ${reason})`}`, () => {
  live(
    'tells of a garbage collector as it happens, to a program, to Prometheus and to a collector',
    async () => {
      const asking = await careless()
      const received: { path: string; body: string }[] = []
      const collector = createServer((request, response) => {
        void buffer(request).then((body) => {
          received.push({ path: request.url ?? '', body: body.toString('latin1') })
          response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
          return undefined
        })
      }).listen(0, '127.0.0.1')
      await once(collector, 'listening')
      const address = collector.address()
      const endpoint = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
      try {
        const args = [String(asking.pid), '--json', '--metrics', '127.0.0.1:0']
        const watching = await watch(args, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
        for (const pause of PAUSES_MS) asking.stdin?.write(`${pause}\n`)
        // On a busy machine the rounds may fall into two episodes.
        await until(() => {
          expect(connectionsIn(watching.stdout())).toBe(PAUSES_MS.length * 5)
        })
        const [, url = ''] = /metrics at (\S+)/.exec(watching.stderr()) ?? []
        const metrics = await (await fetch(url)).text()
        watching.child.kill('SIGTERM')
        const { code, stdout } = await watching.end
        expect(code).toBe(0)
        const events = eventsIn(stdout)
        expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['attached', 'finding', 'stopped']))
        expect(events.findLast(({ event }) => event === 'finding')).toMatchObject({
          cause: 'garbage-collected',
          severity: 'error',
          resetBy: 'client',
          client: net?.client.address,
          server: `${net?.server.address}:8080`,
          connectionsInEvidence: PAUSES_MS.length * 5,
        })
        const peer = net?.server.address
        expect(metrics).toContain(
          `whyreset_resets_total{cause="garbage-collected",side="client",peer="${peer}"} `,
        )
        expect(metrics).toContain('whyreset_dropped_packets_total 0\n')
        expect(metrics).toMatch(/^# TYPE whyreset_cpu_seconds_total counter$/m)
        const sent = (path: string): string =>
          received
            .filter((one) => one.path === path)
            .map(({ body }) => body)
            .join('')
        expect(sent('/v1/logs')).toContain('garbage-collected')
        expect(sent('/v1/metrics')).toContain('whyreset_resets_total')
        // What the line cites is what analyze reads.
        const [evidence = ''] = readdirSync(join(folder, 'evidence'))
        expect(whyreset([join(folder, 'evidence', evidence)]).stdout).toContain('garbage collector')
      } finally {
        collector.close()
      }
    },
  )

  live('prints one line for each finding, and analyses what is pending after one Ctrl-C', async () => {
    net = makeTwoNamespaces()
    const { client, server } = net
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { child, end } = await watch([`netns:${server.name}`])
    await told(client.node(CLIENT, [server.address, 'reset me', '3']))
    child.kill('SIGINT')
    const { code, stdout } = await end
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ warning abortive-close 10\.78\.0\.2:8080 reset 3 connections of 10\.78\.0\.1 \(\d\d %\) {2}evidence: \/.*Z-/m,
    )
    expect(stdout).toMatch(/ info ended after .*: \d+ packets, 3 connections, 3 resets, 0 dropped; own load /)
  })

  live('leaves nothing behind when it is killed', async () => {
    net = makeTwoNamespaces()
    const { child } = await watch([`netns:${net.client.name}`])
    child.kill('SIGKILL')
    await once(child, 'exit')
    await vi.waitFor(
      () => {
        const left = ['/sys/kernel/tracing/instances', '/run/whyreset'].flatMap((path) => readdirSync(path))
        expect(left.filter((name) => name.includes(`${child.pid}-`))).toEqual([])
      },
      { timeout: 2500 },
    )
    expect(readdirSync(join(folder, 'evidence'))).toEqual([])
  })

  live('ends at once after the second Ctrl-C', async () => {
    net = makeTwoNamespaces()
    const { client, server } = net
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { child, end, stderr } = await watch([`netns:${server.name}`])
    await told(client.node(CLIENT, [server.address, 'reset me', '3']))
    child.kill('SIGINT')
    await vi.waitFor(
      () => {
        expect(stderr()).toContain('Ctrl-C again')
      },
      { interval: 1 },
    )
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
  })

  live('says in one line that the metrics cannot be served, and leaves', async () => {
    net = makeTwoNamespaces()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : 0
    try {
      const { end } = start([
        'watch',
        '-o',
        folder,
        `netns:${net.client.name}`,
        '--metrics',
        `127.0.0.1:${port}`,
      ])
      const { code, stderr } = await end
      expect(code).toBe(1)
      expect(stderr).toMatch(/^whyreset: --metrics 127\.0\.0\.1:\d+: .*free port$/m)
    } finally {
      taken.close()
    }
  })

  it('says what to type when no target, several, or an unknown one was named', () => {
    for (const specs of [[], ['one', 'two']])
      expect(whyreset(['watch', ...specs])).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('name the one thing to watch'),
      })
    expect(whyreset(['watch', 'no-such-container'])).toMatchObject({ code: 1, stdout: '' })
  })

  it('refuses addresses, sizes and times that are none', () => {
    for (const args of [
      ['--metrics', '9411'],
      ['--ring', '3'],
      ['--max-age', 'long'],
    ])
      expect(whyreset(['watch', 'host', ...args]), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
  })
})
