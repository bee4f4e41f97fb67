import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAgain, resolveTarget, type Sources } from '../../src/index.ts'
import { answeringProgram } from './answering-program.ts'

/** Listens, as a server does; the other one is the sidecar. */
const SERVER = `require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('ready'))`

let folder: string
let server: ChildProcess
let sidecar: ChildProcess
let sources: Partial<Sources>
let crio: Partial<Sources>
let kubelet: Readonly<Record<string, Partial<Sources>>>
let nerdctlAlone: Partial<Sources>
let nerdctlWithCtr: Partial<Sources>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyreset-programs-'))
  server = spawn(process.execPath, ['-e', SERVER])
  sidecar = spawn('sleep', ['1000'])
  await Promise.all([once(server.stdout ?? server, 'data'), once(sidecar, 'spawn')])
  const real = (text: string): string =>
    text
      .replace(/\b4242\b/g, String(server.pid))
      .replace(/\b4343\b/g, String(sidecar.pid))
      .replace(/2026-11-22T14:00:00Z/g, new Date().toISOString())
  const socket = join(folder, 'containerd.sock')
  await writeFile(socket, '')
  const ofSocket = (options: string) => (text: string) =>
    real(text).replace(/^( {2}")(?=namespaces?|--namespace)/gm, `$1--address ${socket} ${options}`)
  const ctr = (name: string) => answeringProgram(folder, name, ofSocket('--connect-timeout 3s '))
  sources = {
    dockerSockets: [],
    podmanSockets: [],
    podman: undefined,
    criSockets: [],
    netnsFolders: [],
    containerdSockets: [socket],
    nerdctl: 'no-nerdctl-here',
    ctr: await ctr('ctr'),
    crictl: await answeringProgram(folder, 'crictl', real),
    systemctl: await answeringProgram(folder, 'systemctl', real),
  }
  const ofCrio = await answeringProgram(folder, 'crictl-crio', real)
  crio = { ...sources, containerdSockets: [], ctr: 'no-ctr-here', crictl: ofCrio }
  const ofKubelet = await answeringProgram(folder, 'crictl-kubelet', real)
  kubelet = {
    crictl: { ...crio, crictl: ofKubelet },
    ctr: { ...sources, crictl: 'no-crictl-here', ctr: await ctr('ctr-kubelet') },
  }
  const nerdctl = await answeringProgram(folder, 'nerdctl', ofSocket(''))
  nerdctlAlone = { ...sources, crictl: 'no-crictl-here', ctr: 'no-ctr-here', nerdctl }
  nerdctlWithCtr = { ...nerdctlAlone, ctr: await ctr('ctr-nerdctl') }
})

afterAll(async () => {
  server.kill('SIGKILL')
  sidecar.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const WEB = 'web-6d5f8b9c7d-x2x4z'
const LOG = `/var/log/pods/shop_${WEB}_3c1f6a52-5a0e-4a5c-9b8e-1f0a4c2d9b7e`

/** ctr is asked where crictl is not there. */
function answersOf(program: string): Partial<Sources> {
  return program === 'ctr' ? { ...sources, crictl: 'no-crictl-here' } : sources
}

describe.each(['crictl', 'ctr'])('a pod, by the answers of %s', (program) => {
  const asked = (): Partial<Sources> => answersOf(program)

  it.each([
    [`pod/${WEB}`, 'shop'],
    [`pod/${WEB}`, undefined],
    [`pod/shop/${WEB}`, undefined],
    [WEB, undefined],
  ])('%s -n %s: the server stands for it, and every container’s log is there', async (spec, namespace) => {
    const found = await resolveTarget(spec, {
      sources: asked(),
      ...(namespace !== undefined && { namespace }),
    })
    expect(found).toMatchObject({
      ok: true,
      target: {
        name: WEB,
        kind: 'cri',
        spec: `pod/shop/${WEB}`,
        pid: server.pid,
        networkNamespace: `/proc/${server.pid}/ns/net`,
        runtime: { kind: 'node', pid: server.pid },
        publishedPorts: [{ host: 18080, inside: 8080 }],
        logs: [
          { kind: 'cri', path: `${LOG}/app/0.log` },
          { kind: 'cri', path: `${LOG}/istio-proxy/0.log` },
        ],
      },
    })
  })

  it('in two namespaces has to be named with one', async () => {
    const found = await resolveTarget('pod/agent-0', { sources: asked() })
    expect(found).toEqual({
      ok: false,
      says: "'pod/agent-0' names 2 pods: pod/monitoring/agent-0, pod/shop/agent-0: name one",
      candidates: ['pod/monitoring/agent-0', 'pod/shop/agent-0'],
    })
  })

  it('in another namespace is suggested', async () => {
    expect(await resolveTarget(`pod/${WEB}`, { sources: asked(), namespace: 'default' })).toMatchObject({
      ok: false,
      candidates: [`pod/shop/${WEB}`],
    })
  })

  it('whose deployment has made another is found again under its new name', async () => {
    const found = await resolveTarget(`pod/${WEB}`, { sources: asked() })
    if (!found.ok) throw new Error(found.says)
    expect(await findAgain(found.target, { sources: asked() })).toMatchObject({
      ok: true,
      target: { name: WEB },
    })

    const gone = { ...found.target, spec: 'pod/shop/solo-6d5f8b9c7d-zzzzz' }
    expect(await findAgain(gone, { sources: asked() })).toMatchObject({
      ok: true,
      target: { spec: 'pod/shop/solo-7c9d8f6b54-9kq7b' },
    })
  })

  it('of which two replicas run is not found again by guessing', async () => {
    const found = await resolveTarget(`pod/${WEB}`, { sources: asked() })
    if (!found.ok) throw new Error(found.says)
    const gone = { ...found.target, spec: 'pod/shop/web-7b9d5c4f86-zzzzz' }
    expect(await findAgain(gone, { sources: asked() })).toMatchObject({ ok: false })
  })

  it('that is done is said to be', async () => {
    const found = await resolveTarget('pod/import-28b7c', { sources: asked() })
    expect(found.ok ? '' : found.says).toMatch(/is on this node but does not run/)
  })
})

describe.each(['crictl', 'ctr'])('a container of a pod, by the answers of %s', (program) => {
  const asked = (): Partial<Sources> => answersOf(program)

  it.each([`cri:${WEB}/app`, `${WEB}/app`, 'cri:b26ea268f4'])('%s', async (spec) => {
    const found = await resolveTarget(spec, { sources: asked() })
    expect(found).toMatchObject({
      ok: true,
      target: {
        name: `${WEB}-app`,
        kind: 'cri',
        pid: server.pid,
        logs: [{ kind: 'cri', path: `${LOG}/app/0.log` }],
      },
    })
    if (found.ok)
      expect(await findAgain(found.target, { sources: asked() })).toMatchObject({
        ok: true,
        target: { name: `${WEB}-app` },
      })
  })

  it('with a name that each replica has must be named with its pod', async () => {
    const found = await resolveTarget('app', { sources: asked() })
    expect(found).toMatchObject({
      ok: false,
      candidates: expect.arrayContaining([
        `cri:${WEB}/app`,
        'cri:web-6d5f8b9c7d-9kq7b/app',
        'cri:solo-7c9d8f6b54-9kq7b/app',
      ]),
    })
  })
})

describe('a pod', () => {
  it('cannot be found without crictl and ctr, and the answer says so', async () => {
    const neither = { ...sources, crictl: 'no-crictl-here', ctr: 'no-ctr-here' }
    const found = await resolveTarget(`pod/${WEB}`, { sources: neither })
    expect(found.ok ? '' : found.says).toMatch(
      /cannot be looked for, as crictl and ctr are not here: install one/,
    )
  })

  it('whose container was killed for memory says so, by crictl', async () => {
    const found = await resolveTarget('cri:import-28b7c/import', { sources: answersOf('crictl') })
    expect(found.ok ? '' : found.says).toMatch(
      /is stopped \(exited 137 \(OOMKilled\) \d+ seconds? ago\): the kubelet starts another/,
    )
  })
})

describe('on CRI-O, by the answers of crictl', () => {
  it.each([`pod/${WEB}`, `pod/shop/${WEB}`, WEB])('%s: process, address, port, logs', async (spec) => {
    expect(await resolveTarget(spec, { sources: crio })).toMatchObject({
      ok: true,
      target: {
        name: WEB,
        kind: 'cri',
        spec: `pod/shop/${WEB}`,
        pid: server.pid,
        publishedPorts: [{ host: 18080, inside: 8080 }],
        logs: [
          { kind: 'cri', path: `${LOG}/app/0.log` },
          { kind: 'cri', path: `${LOG}/istio-proxy/0.log` },
        ],
      },
    })
  })

  it('a container of a pod is found by its own name, and one that has ended says how', async () => {
    expect(await resolveTarget('istio-proxy', { sources: crio })).toMatchObject({
      target: { name: `${WEB}-istio-proxy`, pid: sidecar.pid },
    })
    const ended = await resolveTarget('import', { sources: crio })
    expect(ended.ok ? '' : ended.says).toMatch(
      /^container 'import-28b7c\/import' \(cri\) is stopped \(exited 3 \(Error\) \d+ seconds? ago\)/,
    )
  })

  it.each(['cache', 'cri:6a36859b', 'pod/bench'])(
    '%s, which no kubelet made, has no labels',
    async (spec) => {
      expect(await resolveTarget(spec, { sources: crio })).toMatchObject({
        ok: true,
        target: { kind: 'cri', pid: server.pid },
      })
    },
  )
})

describe.each(['crictl', 'ctr'])('a pod of a real kubelet, by the answers of %s', (program) => {
  const asked = (): Partial<Sources> => kubelet[program] ?? {}
  const LOGS = '/var/log/pods/shop_web-node-7_6097a9e16d50f7bf99980175b41a9c3f'

  it.each(['pod/web-node-7', 'web-node-7'])(
    '%s: its port, and the logs of the containers that run now',
    async (spec) => {
      expect(await resolveTarget(spec, { sources: asked() })).toMatchObject({
        ok: true,
        target: {
          name: 'web-node-7',
          spec: 'pod/shop/web-node-7',
          pid: server.pid,
          publishedPorts: [{ host: 18080, inside: 8080 }],
          logs: [
            { kind: 'cri', path: `${LOGS}/app/1.log` },
            { kind: 'cri', path: `${LOGS}/istio-proxy/0.log` },
          ],
        },
      })
    },
  )

  it('a container that was started again is the one that runs', async () => {
    expect(await resolveTarget('app', { sources: asked() })).toMatchObject({
      ok: true,
      target: { name: 'web-node-7-app', pid: server.pid, spec: 'cri:web-node-7/app' },
    })
  })

  it('a static pod is offered under the name that the kubelet gave it', async () => {
    expect(await resolveTarget('pod/web', { sources: asked(), namespace: 'shop' })).toMatchObject({
      ok: false,
      candidates: ['pod/shop/web-node-7'],
    })
  })

  it('one that waits to be started again says so', async () => {
    const found = await resolveTarget('pod/import-node-7', { sources: asked() })
    expect(found.ok ? '' : found.says).toMatch(
      /^no container of pod\/shop\/import-node-7 runs on this node: see /,
    )
  })
})

describe.each([
  ['alone', () => nerdctlAlone],
  ['and ctr', () => nerdctlWithCtr],
])('a container, by the answers of nerdctl %s', (_, asked) => {
  it('is found in its namespace, with the log that nerdctl keeps', async () => {
    expect(await resolveTarget('cache', { sources: asked() })).toMatchObject({
      ok: true,
      target: {
        name: 'cache',
        kind: 'containerd',
        pid: server.pid,
        publishedPorts: [
          { host: 18081, inside: 80, address: '127.0.0.1' },
          { host: 18082, inside: 81 },
        ],
        logs: [{ kind: 'file', path: expect.stringMatching(/^\/var\/lib\/nerdctl\/.*-json\.log$/) }],
      },
    })
  })

  it.each(['held', 'hold', 'containerd:7ad1cc'])('%s is paused, and runs still', async (spec) => {
    expect(await resolveTarget(spec, { sources: asked() })).toMatchObject({
      ok: true,
      target: { name: 'held', pid: sidecar.pid },
    })
  })

  it.each([
    ['done', /^container 'done' \(containerd\) is stopped \(exited 3 \d+ seconds? ago\): start it/],
    ['asleep', /^container 'asleep' \(containerd\) is stopped \(not running\): start it/],
    [
      'flapping',
      /^container 'flapping' \(containerd\) is stopped \(restarting after exit 1 \d+ seconds? ago\)/,
    ],
  ])('%s is not running, and the answer says how', async (name, says) => {
    const found = await resolveTarget(name, { sources: asked() })
    expect(found.ok ? '' : found.says).toMatch(says)
  })

  it('has its namespace named where two have its id, and is not another whose id goes on', async () => {
    expect(await resolveTarget('twin', { sources: asked() })).toMatchObject({
      candidates: ['containerd:default/twin', 'containerd:shop/twin'],
    })
    const found = await Promise.all(
      ['default/twin', 'shop/twin', 'twin-2'].map((id) => resolveTarget(id, { sources: asked() })),
    )
    const pids = found.map((one) => (one.ok ? one.target.pid : undefined))
    expect(pids).toEqual([server.pid, sidecar.pid, sidecar.pid])
  })
})

describe('a container of a pod, by the answers of nerdctl', () => {
  it('is found by its pod and name; the pause is nothing to look at', async () => {
    expect(await resolveTarget(`${WEB}/app`, { sources: nerdctlAlone })).toMatchObject({
      ok: true,
      target: { name: `${WEB}-app`, kind: 'containerd', pid: server.pid },
    })
    expect(await resolveTarget(WEB, { sources: nerdctlAlone })).toMatchObject({
      candidates: [`containerd:${WEB}/app`, `containerd:${WEB}/proxy`],
    })
  })
})

describe('a unit, by the answers of systemctl', () => {
  it.each(['nginx.service', 'nginx', 'systemd:nginx'])('%s', async (spec) => {
    const found = await resolveTarget(spec, { sources })
    expect(found).toMatchObject({
      ok: true,
      target: {
        name: 'nginx.service',
        kind: 'systemd',
        pid: server.pid,
        logs: [{ kind: 'journal', unit: 'nginx.service' }],
      },
    })
    if (found.ok)
      expect(await findAgain(found.target, { sources })).toMatchObject({
        ok: true,
        target: { pid: server.pid },
      })
  })

  it('that failed says how it ended and what to type', async () => {
    const found = await resolveTarget('worker.service', { sources })
    expect(found.ok ? '' : found.says).toBe(
      'unit worker.service runs no process (failed, failed, last exit 143): start it (systemctl start worker.service)',
    )
  })

  it('that systemd does not know is unknown', async () => {
    expect(await resolveTarget('unknown', { sources })).toMatchObject({ ok: false })
  })

  it.each(['nginz.service', 'systemd:nginz'])('%s is answered with the one that runs', async (spec) => {
    expect(await resolveTarget(spec, { sources })).toEqual({
      ok: false,
      says:
        'systemd knows no nginz.service here; running: init.scope, nginx.service, systemd-journald.service; ' +
        'did you mean nginx.service?',
      candidates: ['systemd:nginx.service'],
    })
  })
})
