import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAgain, resolveTarget, type Sources } from '../../src/index.ts'
import { packImage } from '../../../lab/src/docker/docker-daemon.ts'

let folder = ''
const services: ChildProcess[] = []
const unavailable = whyNot()

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  try {
    execFileSync('podman', ['--version'])
    return undefined
  } catch {
    return 'podman is not installed'
  }
}

/** Containers and images of its own; no network, for that would leave a bridge and firewall rules behind. */
function own(): string[] {
  return [
    '--root',
    join(folder, 'store'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
    '--cgroup-manager',
    'cgroupfs',
  ]
}

function podman(...args: string[]): string {
  return execFileSync('podman', [...own(), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

function socket(): string {
  return join(folder, 'podman.sock')
}

/** Podman asks for more open files than a sandbox may have. */
const RUN = [
  'run',
  '--detach',
  '--network',
  'none',
  '--ulimit',
  'nofile=1024:1024',
  '--ulimit',
  'nproc=1024:1024',
]

beforeAll(async () => {
  if (unavailable !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'whyreset-podman-'))
  const archive = join(folder, 'image.tar')
  await packImage({ name: 'box' }, archive)
  podman('import', archive, 'box')
  podman(...RUN, '--name', 'web', '--env', 'TZ=CST-8', 'box', 'sleep', '1000')
  podman(...RUN, '--name', 'dead', 'box', 'sh', '-c', 'exit 3')
  podman('wait', 'dead')
})

afterAll(async () => {
  if (folder === '') return
  podman('rm', '--all', '--force', '--time', '0')
  for (const service of services) {
    service.kill()
    await once(service, 'exit')
  }
  try {
    execFileSync('umount', [join(folder, 'store/vfs')], { stdio: 'ignore' })
  } catch {
    // It is a mount only where podman had to make it private.
  }
  // conmon runs a clean-up of its own after a container has ended, and nobody is told when that is done.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

function expectations(sources: Partial<Sources>, logs: () => object): void {
  it('finds a container by name, and again after a restart', async () => {
    const found = await resolveTarget('web', { sources })
    expect(found).toMatchObject({
      ok: true,
      target: {
        name: 'web',
        kind: 'podman',
        zone: '+08:00',
        publishedPorts: [],
        addresses: [],
        logs: [logs()],
      },
    })
    if (!found.ok) return
    expect(String(found.target.pid)).toBe(podman('inspect', '--format', '{{.State.Pid}}', 'web'))
    podman('restart', '--time', '0', 'web')
    const again = await findAgain(found.target, { sources })
    expect(again.ok && String(again.target.pid)).toBe(podman('inspect', '--format', '{{.State.Pid}}', 'web'))
  })

  it('says which exit a stopped one had', async () => {
    const found = await resolveTarget('podman:dead', { sources })
    expect(found.ok ? '' : found.says).toMatch(
      /^container 'dead' \(podman\) is stopped \(exited 3 \d+ seconds? ago\): start it \(podman start dead\)/,
    )
  })
}

describe.skipIf(unavailable !== undefined)(`containers of a real podman (${unavailable ?? 'runs'})`, () => {
  const sources: Partial<Sources> & { podmanSockets: string[]; podman: string | undefined } = {
    dockerSockets: [],
    podmanSockets: [],
    podman: undefined,
    containerdSockets: [],
    crictl: 'no-crictl-here',
  }

  describe('through its API socket', () => {
    beforeAll(async () => {
      const command = [
        '--log-level',
        'info',
        ...own(),
        'system',
        'service',
        '--time',
        '0',
        `unix://${socket()}`,
      ]
      const started = spawn('podman', command, { stdio: ['ignore', 'ignore', 'pipe'] })
      services.push(started)
      await new Promise<void>((resolve, reject) => {
        started.once('exit', () => reject(new Error('podman system service ended')))
        createInterface({ input: started.stderr }).on('line', (line) => {
          if (line.includes('API service listening')) resolve()
        })
      })
      sources.podmanSockets.push(socket())
    })
    expectations(sources, () => ({
      kind: 'engine',
      socket: socket(),
      container: podman('inspect', '--format', '{{.Id}}', 'web'),
    }))
  })

  describe('without the service, through the program', () => {
    beforeAll(async () => {
      const program = join(folder, 'podman')
      const words = ['podman', ...own()].map((word) => `'${word}'`).join(' ')
      await writeFile(program, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
      sources.podmanSockets.length = 0
      sources.podman = program
    })
    expectations(sources, () => ({ kind: 'cri', path: expect.stringMatching(/\/ctr\.log$/) }))
  })
})
