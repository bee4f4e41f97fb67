import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
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
  folder = mkdtempSync(join(tmpdir(), 'whyreset-capture-'))
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

interface Capture {
  readonly child: ChildProcess
  readonly end: Promise<Run>
  /** What it has said so far. */
  readonly stderr: () => string
}

/** Starts `whyreset capture` and waits until it captures. */
async function capture(...args: readonly string[]): Promise<Capture> {
  const { child, end } = start(['capture', '-o', join(folder, 'evidence'), ...args])
  children.push(child)
  let stderr = ''
  child.stderr.on('data', (more: string) => {
    stderr += more
  })
  await vi.waitFor(
    () => {
      expect(stderr).toContain('whyreset: until ')
    },
    { timeout: 10_000 },
  )
  return { child, end, stderr: () => stderr }
}

/** A program in a namespace whose output goes into a file, as a service's does. */
function program(
  namespace: string,
  name: string,
  args: readonly string[],
): { child: ChildProcess; log: string; pid: string } {
  const log = join(folder, `${name}.log`)
  const output = openSync(log, 'w')
  const command = [`--net=${namespace}`, '--', process.execPath, ...args]
  const child = spawn('nsenter', command, { stdio: ['pipe', output, 'inherit'] })
  closeSync(output)
  children.push(child)
  return { child, log, pid: String(child.pid) }
}

async function printed(log: string, words: string, times: number): Promise<void> {
  await vi.waitFor(
    () => {
      expect(readFileSync(log, 'utf8').split(words)).toHaveLength(times + 1)
    },
    { timeout: 20_000 },
  )
}

describe(`whyreset capture${reason === undefined ? '' : ` (live ones skipped: ${reason})`}`, () => {
  live('names the garbage collector of a running client, after one Ctrl-C', async () => {
    net = makeTwoNamespaces()
    const { client, server } = net
    const serving = program(server.target.networkNamespace, 'server', [
      `${PROGRAMS}server.mjs`,
      server.address,
      '8080',
    ])
    await printed(serving.log, 'listening', 1)
    const script = `${PROGRAMS}careless-client.mjs`
    const url = `http://${server.address}:8080/big`
    const flags = ['--expose-gc', '--trace-gc', script, url]
    const asking = program(client.target.networkNamespace, 'client', flags)
    // Both logs are found by themselves: they are what the processes write.
    const { child, end } = await capture(asking.pid, serving.pid, '--json')
    for (const pause of PAUSES_MS) asking.child.stdin?.write(`${pause}\n`)
    await printed(asking.log, 'round', PAUSES_MS.length)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await end
    expect(code).toBe(0)
    const { findings } = JSON.parse(stdout) as { findings: object[] }
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      cause: 'garbage-collected',
      resetBy: 'client',
      client: client.address,
      server: `${server.address}:8080`,
      trigger: { bursts: PAUSES_MS.length },
    })
    expect(stderr).toMatch(
      /packets, \d+ connections, \d+ resets in .* written; own load [\d.]+ % of a processor/,
    )
    expect(stderr).not.toMatch(/^whyreset: without /m)
  })

  live('ends by itself some seconds after a log says so, and answers', async () => {
    net = makeTwoNamespaces()
    const { client, server } = net
    const serving = program(server.target.networkNamespace, 'server', [
      `${PROGRAMS}server.mjs`,
      server.address,
      '8080',
    ])
    await printed(serving.log, 'listening', 1)
    const { end } = await capture(serving.pid, '--until', 'Reset By Peer')
    const abort = `
      const socket = require('node:net').connect(8080, '${server.address}')
      socket.write('GET /big HTTP/1.1\\r\\nhost: provider\\r\\n\\r\\n')
      socket.once('data', () => socket.resetAndDestroy())
    `
    client.node(abort)
    const { code, stdout } = await end
    expect(code).toBe(0)
    expect(stdout).toMatch(/^10\.78\.0\.1 reset /)
  })

  live('ends by itself some seconds after the first reset, of a namespace by name', async () => {
    net = makeTwoNamespaces()
    const { client, server } = net
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { end } = await capture(
      `netns:${server.name}`,
      '--until-reset',
      '--port',
      '8080',
      '--peer',
      client.address,
    )
    client.node(CLIENT, [server.address, 'reset me', '2'])
    const { code, stdout, stderr } = await end
    expect(stderr).toContain(' 2 resets in ')
    expect(code).toBe(0)
    expect(stdout).toContain('whyreset explain abortive-close')
  })

  live('leaves a folder that analyze reads, and nothing else, when it is killed', async () => {
    net = makeTwoNamespaces()
    const { client, server } = net
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { child } = await capture(`netns:${server.name}`)
    const { pid } = child
    await told(client.node(CLIENT, [server.address, 'reset me', '2']))
    await vi.waitFor(() => {
      expect(whyreset([join(folder, 'evidence')]).stdout).toContain('2 reset')
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await vi.waitFor(
      () => {
        const left = ['/sys/kernel/tracing/instances', '/run/whyreset'].flatMap((path) => readdirSync(path))
        expect(left.filter((name) => name.includes(`${pid}-`))).toEqual([])
      },
      { timeout: 2500 },
    )
    const { code, stdout } = whyreset([join(folder, 'evidence')])
    expect(code).toBe(0)
    expect(stdout).toContain('whyreset explain abortive-close')
  })

  live('ends at once and without an answer after the second Ctrl-C', async () => {
    net = makeTwoNamespaces()
    const { child, end, stderr } = await capture(`netns:${net.client.name}`)
    child.kill('SIGINT')
    await vi.waitFor(
      () => {
        expect(stderr()).toContain('Ctrl-C again')
      },
      { interval: 1 },
    )
    child.kill('SIGINT')
    expect(await end).toMatchObject({ code: 130, stdout: '' })
  })

  live('says to a user without any right what it needs', async () => {
    chmodSync(folder, 0o755)
    cpSync(fileURLToPath(new URL('../dist', import.meta.url)), join(folder, 'dist'), { recursive: true })
    cpSync(fileURLToPath(new URL('../package.json', import.meta.url)), join(folder, 'package.json'))
    const child = spawn(process.execPath, [join(folder, 'dist/main.js'), 'capture', 'host'], {
      uid: 65_534,
      gid: 65_534,
      cwd: folder,
    })
    const [says] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect(child.exitCode).toBe(1)
    expect(says).toBe(
      'whyreset: recording needs root (or CAP_NET_RAW, CAP_NET_ADMIN, CAP_SYS_ADMIN): run it with sudo\n',
    )
  })

  it('says what to type when no target, or one that is not there, was named', () => {
    expect(whyreset(['capture'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('name what to capture'),
    })
    const unknown = whyreset(['capture', 'no-such-container'])
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toMatch(/^whyreset: no container, namespace or unit is called 'no-such-container'/)
  })

  it('refuses times, ports and sizes that are none', () => {
    for (const args of [
      ['--duration', 'soon'],
      ['--port', '99999'],
      ['--max-size', '3'],
      ['--peer', 'a host'],
    ])
      expect(whyreset(['capture', 'host', ...args]), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
  })

  it('does not wait for a line of a log that nobody named or found', () => {
    const { code, stderr } = whyreset(['capture', 'host', '--until', 'reset by peer'])
    expect(code).toBe(1)
    expect(stderr).toContain('name one with --log PATH')
  })

  it('says which log is not there', () => {
    const { code, stderr } = whyreset([
      'capture',
      'host',
      '--log',
      'missing.log',
      '--gc-log',
      'client:/gc.log',
    ])
    expect(code).toBe(1)
    expect(stderr).toContain('--gc-log client:/gc.log: no target is called so')
    expect(stderr).not.toContain('capturing')
  })
})
