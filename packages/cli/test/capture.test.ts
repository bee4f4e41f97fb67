import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { CLIENT, RESETTING_SERVER, told, whyNotLive } from '../../gather/test/record/two-namespaces.ts'
import { holdUp, leftBehind, liveStage, PAUSES_MS } from './live-stage.ts'
import { start, whyreset, type Run } from './whyreset.ts'

const reason = whyNotLive()
const live = it.skipIf(reason !== undefined)
const stage = liveStage('capture')

interface Capture {
  readonly child: ChildProcess
  readonly end: Promise<Run>
  /** What it has said so far. */
  readonly stderr: () => string
}

/** Starts `whyreset capture` and waits until it captures. */
async function capture(...args: readonly string[]): Promise<Capture> {
  const { child, end } = start(['capture', '-o', join(stage.folder, 'evidence'), ...args])
  stage.keep(child)
  let stderr = ''
  child.stderr.on('data', (more: string) => {
    stderr += more
  })
  await vi.waitFor(() => {
    expect(stderr).toContain('whyreset: until ')
  })
  return { child, end, stderr: () => stderr }
}

describe(`whyreset capture${reason === undefined ? '' : ` (live ones skipped: ${reason})`}`, () => {
  live('names the garbage collector of a running client, after one Ctrl-C', async () => {
    const net = stage.network()
    const { client, server } = net
    const serving = await stage.serve(net)
    const asking = stage.askCarelessly(net)
    // Both logs are found by themselves: they are what the processes write.
    const { child, end } = await capture(asking.pid, serving.pid, '--json')
    for (const pause of PAUSES_MS) asking.child.stdin?.write(`${pause}\n`)
    await asking.printed('round', PAUSES_MS.length)
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
    const net = stage.network()
    const { client, server } = net
    const serving = await stage.serve(net)
    const { end } = await capture(serving.pid, '--until', 'Reset By Peer')
    const abort = `
      const socket = require('node:net').connect(8080, '${server.address}')
      socket.write('GET /big HTTP/1.1\\r\\nhost: provider\\r\\n\\r\\n')
      socket.once('data', () => socket.resetAndDestroy())
    `
    client.node(abort)
    const { code, stdout } = await end
    expect(code).toBe(0)
    expect(stdout.startsWith(`${client.address} reset `), stdout).toBe(true)
  })

  live('ends by itself some seconds after the first reset, of a namespace by name', async () => {
    const { client, server } = stage.network()
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
    const { client, server } = stage.network()
    await told(server.node(RESETTING_SERVER, [server.address]))
    const { child } = await capture(`netns:${server.name}`)
    await told(client.node(CLIENT, [server.address, 'reset me', '2']))
    await vi.waitFor(() => {
      expect(whyreset([join(stage.folder, 'evidence')]).stdout).toContain('2 reset')
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await vi.waitFor(() => {
      expect(leftBehind(child)).toEqual([])
    })
    const { code, stdout } = whyreset([join(stage.folder, 'evidence')])
    expect(code).toBe(0)
    expect(stdout).toContain('whyreset explain abortive-close')
  })

  live('ends at once and without an answer after the second Ctrl-C', async () => {
    const { client } = stage.network()
    const { child, end, stderr } = await capture(`netns:${client.name}`)
    holdUp(child)
    child.kill('SIGINT')
    await vi.waitFor(() => {
      expect(stderr()).toContain('Ctrl-C again')
    })
    child.kill('SIGINT')
    expect(await end).toMatchObject({ code: 130, stdout: '' })
  })

  live('says to a user without any right what it needs', async () => {
    chmodSync(stage.folder, 0o755)
    cpSync(fileURLToPath(new URL('../dist', import.meta.url)), join(stage.folder, 'dist'), {
      recursive: true,
    })
    cpSync(fileURLToPath(new URL('../package.json', import.meta.url)), join(stage.folder, 'package.json'))
    const child = spawn(process.execPath, [join(stage.folder, 'dist/main.js'), 'capture', 'host'], {
      uid: 65_534,
      gid: 65_534,
      cwd: stage.folder,
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
