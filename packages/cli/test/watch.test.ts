import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { eventSchema, type WatchEvent } from '@whyreset/report/event-schema'
import { describe, expect, it, vi } from 'vitest'
import { CLIENT, RESETTING_SERVER, told, whyNotLive } from '../../gather/test/record/two-namespaces.ts'
import { holdUp, leftBehind, liveStage, PAUSES_MS } from './live-stage.ts'
import { start, whyreset, type Run } from './whyreset.ts'

const reason = whyNotLive()
const live = it.skipIf(reason !== undefined)
const stage = liveStage('watch')

interface Watching {
  readonly child: ChildProcessWithoutNullStreams
  readonly end: Promise<Run>
  readonly stdout: () => string
  readonly stderr: () => string
}

/** Starts `whyreset watch` and waits until it watches. */
async function watch(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Watching> {
  const { child, end } = start(['watch', '-o', join(stage.folder, 'evidence'), ...args], env)
  stage.keep(child)
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (more: string) => {
      text[name] += more
    })
  await vi.waitFor(() => {
    expect(text.stdout).toMatch(/ watching |"attached"/)
  })
  return { child, end, stdout: () => text.stdout, stderr: () => text.stderr }
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

describe(`whyreset watch${reason === undefined ? '' : ` (live ones skipped: ${reason})`}`, () => {
  live(
    'tells of a garbage collector as it happens, to a program, to Prometheus and to a collector',
    async () => {
      const net = stage.network()
      const { client, server } = net
      await stage.serve(net)
      const asking = stage.askCarelessly(net)
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
        const args = [asking.pid, '--json', '--metrics', '127.0.0.1:0']
        const watching = await watch(args, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
        for (const pause of PAUSES_MS) asking.child.stdin?.write(`${pause}\n`)
        // On a busy machine the rounds may fall into two episodes.
        await vi.waitFor(() => {
          expect(connectionsIn(watching.stdout())).toBe(PAUSES_MS.length * 5)
        })
        const [, url = ''] = /metrics at (\S+)/.exec(watching.stderr()) ?? []
        const metrics = await (await fetch(url)).text()
        watching.child.kill('SIGTERM')
        const { code, stdout } = await watching.end
        expect(code).toBe(0)
        const events = eventsIn(stdout)
        expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['attached', 'finding', 'stopped']))
        const last = events.findLast(({ event }) => event === 'finding')
        expect(last).toMatchObject({
          cause: 'garbage-collected',
          severity: 'error',
          resetBy: 'client',
          client: client.address,
          server: `${server.address}:8080`,
          connectionsInEvidence: PAUSES_MS.length * 5,
        })
        expect(metrics).toContain(
          `whyreset_resets_total{cause="garbage-collected",side="client",peer="${server.address}"} `,
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
        const evidence = last?.event === 'finding' ? last.evidence : ''
        const { findings } = JSON.parse(whyreset([evidence, '--json']).stdout) as { findings: object[] }
        expect(findings).toContainEqual(expect.objectContaining({ cause: 'garbage-collected' }))
      } finally {
        collector.close()
      }
    },
  )

  live('prints one line for each finding, and analyses what is pending after one Ctrl-C', async () => {
    const { client, server } = stage.network()
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { child, end } = await watch([`netns:${server.name}`])
    await told(client.node(CLIENT, [server.address, 'reset me', '3']))
    child.kill('SIGINT')
    const { code, stdout } = await end
    expect(code).toBe(0)
    const line =
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ warning abortive-close (\S+):8080 reset 3 connections of (\S+) \(\d\d %\) {2}evidence: \/.*Z-/m
    expect(line.exec(stdout)?.slice(1), stdout).toEqual([server.address, client.address])
    expect(stdout).toMatch(/ info ended after .*: \d+ packets, 3 connections, 3 resets, 0 dropped; own load /)
  })

  live('leaves nothing behind when it is killed', async () => {
    const net = stage.network()
    const { child } = await watch([`netns:${net.client.name}`])
    child.kill('SIGKILL')
    await once(child, 'exit')
    await vi.waitFor(() => {
      expect(leftBehind(child)).toEqual([])
    })
    expect(readdirSync(join(stage.folder, 'evidence'))).toEqual([])
  })

  live('ends at once after the second Ctrl-C', async () => {
    const { client, server } = stage.network()
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { child, end, stderr } = await watch([`netns:${server.name}`])
    await told(client.node(CLIENT, [server.address, 'reset me', '3']))
    holdUp(child)
    child.kill('SIGINT')
    await vi.waitFor(() => {
      expect(stderr()).toContain('Ctrl-C again')
    })
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
  })

  live('says in one line that the metrics cannot be served, and leaves', async () => {
    const net = stage.network()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : 0
    try {
      const { end } = start([
        'watch',
        '-o',
        stage.folder,
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
