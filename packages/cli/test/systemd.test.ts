import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { whyNotLive } from '../../gather/test/record/two-namespaces.ts'
import { startSystemd } from './own-systemd.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Resets each connection on its first bytes, and says so where the journal hears it. */
const SERVER = `
require('node:net').createServer((connection) => {
  connection.on('error', () => {});
  connection.once('data', () => {
    connection.resetAndDestroy();
    console.log('worker: connection reset by peer');
  });
}).listen(8080);`
const CLIENT = `
const connection = require('node:net').connect(8080, '127.0.0.1', () => connection.write('GET / HTTP/1.1\\r\\n\\r\\n'))
connection.on('error', () => {})`

const nodeUnit = (source: string): string =>
  `[Service]\nExecStart=${process.execPath} -e "${source.replaceAll('\n', ' ').replaceAll('"', '\\"')}"\n`

const notLive = whyNotLive()
const systemd =
  notLive === undefined
    ? await startSystemd({
        'shop.service': nodeUnit(SERVER),
        'worker.service': '[Service]\nExecStart=/bin/sh -c "exit 143"\n',
        // It forks away, so that systemd knows no main process of it.
        'pool.service':
          '[Service]\nType=forking\nGuessMainPID=no\nExecStart=/bin/sh -c "sleep 1000 & sleep 1001 &"\n',
        'asked.socket': '[Socket]\nListenStream=127.0.0.1:8081\nService=shop.service\n',
      })
    : { unavailable: notLive }
const unavailable = 'unavailable' in systemd ? systemd.unavailable : undefined

beforeAll(async () => {
  if (!('inside' in systemd)) return
  // A unit of type simple is active before its program listens: on port 8080, 0x1F90.
  await vi.waitFor(async () => {
    expect(await systemd.inside('cat', ['/proc/net/tcp', '/proc/net/tcp6'])).toContain(':1F90 ')
  })
})
afterAll(async () => {
  if ('stop' in systemd) await systemd.stop()
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `whyreset capture …` inside; `onStart` is called when it captures. */
async function capture(args: readonly string[], onStart = async (): Promise<void> => {}): Promise<Ended> {
  if (!('start' in systemd)) throw new Error('systemd does not run')
  const child = systemd.start(process.execPath, [MAIN, 'capture', ...args])
  const text = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString()
  })
  let started: Promise<void> | undefined
  child.stderr?.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString()
    if (text.stderr.includes('whyreset: until ')) started ??= onStart()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  await started
  return { code, ...text }
}

describe.skipIf(unavailable !== undefined)(`units of a real systemd (${unavailable ?? 'runs'})`, () => {
  it('captures one until its journal says so, and names what reset it', async () => {
    const { code, stdout, stderr } = await capture(
      ['shop', '--until', 'reset by peer', '-o', '/tmp/incident', '--json'],
      async () => {
        if ('inside' in systemd) await systemd.inside(process.execPath, ['-e', CLIENT])
      },
    )
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('without') })
    expect(stderr).toContain('capturing shop.service (systemd, pid ')
    const { findings, inputs } = JSON.parse(stdout) as {
      findings: object[]
      inputs: { path: string; records: number }[]
    }
    expect(findings).toMatchObject([{ resetBy: 'server', server: '127.0.0.1:8080', connections: 1 }])
    expect(inputs.find(({ path }) => path.endsWith('app.log'))?.records).toBe(1)
  })

  it.each([
    [
      'worker.service',
      /^whyreset: unit worker\.service runs no process \(failed, failed, last exit 143\): start it \(systemctl start worker\.service\)$/m,
    ],
    [
      'systemd:shup',
      /^whyreset: systemd knows no shup\.service here; running: .*; did you mean shop\.service\?$/m,
    ],
    ['shup.service', /did you mean shop\.service\?$/m],
  ])('says what is with %s', async (unit, says) => {
    const { code, stderr } = await capture([unit, '-o', '/tmp/none', '--duration', '1s'])
    expect(code).toBe(1)
    expect(stderr).toMatch(says)
  })

  it.each([
    ['pool.service', /capturing pool\.service \(systemd, pid \d+/],
    ['asked.socket', /capturing shop\.service \(systemd, pid \d+/],
  ])('captures %s, which has no main process of its own', async (unit, says) => {
    const { code, stderr } = await capture([unit, '-o', `/tmp/${unit}`, '--duration', '1s'])
    expect(stderr).toMatch(says)
    expect(code).toBe(0)
  })
})
