import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, open, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findAgain, resolveTarget } from '../../src/index.ts'

const sources = {
  dockerSockets: [],
  podmanSockets: [],
  podman: undefined,
  containerdSockets: [],
  crictl: 'no-crictl-here',
}
const children: ChildProcess[] = []
let folder: string

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'whyreset-process-')))
})
afterEach(() => {
  // A shell's children die with it: each was started as a group of its own.
  for (const { pid = 0 } of children.splice(0)) {
    try {
      if (pid > 0) process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Starts a program and waits until it has printed a line. */
async function start(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  children.push(child)
  await once(child.stdout, 'data')
  return child
}

const SERVER = `
  const log = require('node:fs').openSync('server.log', 'a')
  require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('ready'))
`

describe('a pid', () => {
  it('is described from outside: runtime, start, zone and the log it writes', async () => {
    const before = Date.now()
    const child = await start(process.execPath, ['-e', SERVER], { TZ: 'Asia/Tokyo' })
    const after = Date.now()
    const found = await resolveTarget(`pid:${child.pid}`, { sources })
    expect(found).toMatchObject({
      ok: true,
      target: {
        name: expect.stringMatching(new RegExp(`^[\\w.-]+-${child.pid}$`)),
        kind: 'pid',
        pid: child.pid,
        networkNamespace: `/proc/${child.pid}/ns/net`,
        runtime: { kind: 'node', pid: child.pid },
        logs: [{ kind: 'file', path: join(folder, 'server.log') }],
        gcLogs: [],
        zone: 'Asia/Tokyo',
      },
    })
    const startedAt = Date.parse(found.ok ? (found.target.startedAt ?? '') : '')
    // Ticks of 10 ms on both sides.
    expect(startedAt).toBeGreaterThanOrEqual(before - 50)
    expect(startedAt).toBeLessThanOrEqual(after + 50)
  })

  it('may be typed as plain digits', async () => {
    const child = await start('sh', ['-c', 'echo ready; exec sleep 100'])
    expect(await resolveTarget(String(child.pid), { sources })).toMatchObject({
      ok: true,
      target: { pid: child.pid, runtime: { kind: 'native' } },
    })
  })

  it('of a shell leads to the server that the shell started', async () => {
    const shell = await start('sh', ['-c', '"$0" -e "$1"; true', process.execPath, SERVER])
    const found = await resolveTarget(`pid:${shell.pid}`, { sources })
    expect(found).toMatchObject({ ok: true, target: { runtime: { kind: 'node' } } })
    expect(found.ok && found.target.pid).not.toBe(shell.pid)
  })

  it('with a hostile name and argument is described all the same', async () => {
    const name = ') S 1 (\u001b[31m'
    const code = `process.title = ${JSON.stringify(name)}; console.log('ready'); setInterval(() => {}, 1000)`
    const child = await start(process.execPath, ['-e', code])
    const found = await resolveTarget(`pid:${child.pid}`, { sources })
    expect(found.ok && found.target.name).toMatch(/^[\w.-]+$/)
  })

  it('that does not exist is answered in one line', async () => {
    const found = await resolveTarget('pid:4194304', { sources })
    expect(found).toMatchObject({
      ok: false,
      says: expect.stringMatching(/^there is no process 4194304: [^\n]+$/),
    })
    expect(await resolveTarget('pid:web', { sources })).toMatchObject({ ok: false })
  })

  it('has the trace of node’s collections in its own output', async () => {
    const output = await open(join(folder, 'out.txt'), 'w')
    const code = `${SERVER};require('node:fs').writeSync(3, 'ready')`
    const child = spawn(process.execPath, ['--trace-gc', '-e', code], {
      cwd: folder,
      stdio: ['ignore', output.fd, output.fd, 'pipe'],
      detached: true,
    })
    children.push(child)
    await once(child.stdio[3] as NodeJS.ReadableStream, 'data')
    await output.close()
    const found = await resolveTarget(`pid:${child.pid}`, { sources })
    expect(found.ok && found.target.gcLogs).toEqual([{ kind: 'file', path: join(folder, 'out.txt') }])
    expect(found.ok && found.target.logs).toContainEqual({ kind: 'file', path: join(folder, 'out.txt') })
  })
})

describe('findAgain', () => {
  it('knows a process that goes on, and the one that was started in its place', async () => {
    const first = await start(process.execPath, ['-e', SERVER, 'again'])
    const found = await resolveTarget(`pid:${first.pid}`, { sources })
    if (!found.ok) throw new Error(found.says)
    expect(await findAgain(found.target, { sources })).toMatchObject({ ok: true, target: { pid: first.pid } })

    first.kill('SIGKILL')
    await once(first, 'exit')
    expect(await findAgain(found.target, { sources })).toMatchObject({
      ok: false,
      says: expect.stringContaining('has ended'),
    })

    const second = await start(process.execPath, ['-e', SERVER, 'again'])
    expect(await findAgain(found.target, { sources })).toMatchObject({
      ok: true,
      target: { pid: second.pid },
    })
  })
})

const canUnshare = process.getuid?.() === 0 && (await onPath('ip')) && (await onPath('nsenter'))

describe.skipIf(!canUnshare)(
  `a network namespace (${canUnshare ? 'root' : 'needs root, ip and nsenter'})`,
  () => {
    const name = `whyreset-t-${process.pid}`
    beforeAll(() => {
      execFileSync('ip', ['netns', 'add', name])
      execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
      execFileSync('ip', ['-n', name, 'addr', 'add', '10.91.7.1/24', 'dev', 'lo'])
      execFileSync('ip', ['-n', name, 'addr', 'add', 'fd91::7:1/64', 'dev', 'lo', 'nodad'])
    })
    afterAll(() => {
      execFileSync('ip', ['netns', 'delete', name])
    })

    it.each([name, `netns:${name}`, `/run/netns/${name}`, `netns:/run/netns/${name}`])(
      'is found as %s',
      async (spec) => {
        expect(await resolveTarget(spec, { sources })).toMatchObject({
          ok: true,
          target: {
            name,
            kind: 'netns',
            spec,
            networkNamespace: `/run/netns/${name}`,
            addresses: ['10.91.7.1', 'fd91::7:1'],
            logs: [],
          },
        })
      },
    )

    it('is found by the path of a process in it', async () => {
      const child = await start('ip', ['netns', 'exec', name, 'sh', '-c', 'echo ready; exec sleep 100'])
      expect(await resolveTarget(`/proc/${child.pid}/ns/net`, { sources })).toMatchObject({
        ok: true,
        target: { kind: 'netns', addresses: ['10.91.7.1', 'fd91::7:1'] },
      })
      expect(await resolveTarget(`${child.pid}`, { sources })).toMatchObject({
        ok: true,
        target: { kind: 'pid', addresses: ['10.91.7.1', 'fd91::7:1'] },
      })
    })

    it('is suggested for a name like it', async () => {
      expect(await resolveTarget(`netns:${name}x`, { sources })).toMatchObject({
        ok: false,
        candidates: expect.arrayContaining([`netns:${name}`]),
      })
    })

    it('is not another kind of namespace, nor a file', async () => {
      const mount = await resolveTarget(`/proc/${process.pid}/ns/mnt`, { sources })
      expect(mount.ok ? '' : mount.says).toMatch(/could not be entered as a network namespace/)
      const plain = await resolveTarget('/etc/hosts', { sources })
      expect(plain.ok ? '' : plain.says).toMatch(/^\/etc\/hosts is no namespace: /)
    })
  },
)

describe('what names nothing', () => {
  it('host is the host', async () => {
    expect(await resolveTarget('host', { sources })).toMatchObject({
      ok: true,
      target: { kind: 'host', name: 'host' },
    })
  })

  it.each([
    '',
    '  ',
    'x'.repeat(5000),
    'a\nb',
    '\u001b[31m',
    '--help',
    'foo/bar',
    'docker:',
    'pod/../x',
    '/no/such',
    '%00',
    'foo.service',
  ])('%j is answered in one clean line', async (spec) => {
    const found = await resolveTarget(spec, { sources: { ...sources, systemctl: 'no-systemctl-here' } })
    expect(found.ok ? '' : found.says).toMatch(/^[\x20-\x7e]{10,400}$/)
  })
})

async function onPath(program: string): Promise<boolean> {
  for (const part of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'])
    if (
      await access(join(part, program)).then(
        () => true,
        () => false,
      )
    )
      return true
  return false
}
