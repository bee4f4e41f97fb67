import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAgain, resolveTarget } from '../../src/index.ts'
import { BOX, isInstalled, startContainerd } from './own-containerd.ts'

const containerd = await startContainerd()
const unavailable = 'unavailable' in containerd ? containerd.unavailable : undefined
const socket = 'socket' in containerd ? containerd.socket : ''
const sources = {
  dockerSockets: [],
  podmanSockets: [],
  podman: undefined,
  netnsFolders: [],
  criSockets: [],
  containerdSockets: [socket],
  // Where they are installed they would answer in the place of ctr.
  crictl: 'no-crictl-here',
  nerdctl: 'no-nerdctl-here',
}
const WEB = {
  name: 'web-6d5f8b9c7d-x2x4z',
  namespace: 'shop',
  uid: '3c1f6a52-5a0e-4a5c-9b8e-1f0a4c2d9b7e',
  ports: { 8080: 18_080, 9090: 0 },
  containers: { proxy: ['sleep', '1000'], app: ['sh', '-c', 'echo serving; exec httpd -f -p 8080'] },
}
const JOB = {
  name: 'import-28b7c',
  namespace: 'shop',
  uid: '5b4e8a69-5732-4a5c-9b8e-1f0a4c2d9b7e',
  containers: { import: ['sh', '-c', 'exit 3'] },
}

beforeAll(async () => {
  if (!('ctr' in containerd)) return
  await containerd.run('default', 'shop-web', ['httpd', '-f', '-p', '80'], 'TZ=CST-8')
  await containerd.run('default', 'once', ['sh', '-c', 'exit 3'])
  await containerd.run('default', 'twin', ['sleep', '1000'])
  await containerd.run('k8s.io', 'twin', ['sleep', '1000'])
  await containerd.ctr('containers', 'create', '--snapshotter', 'native', BOX, 'never')
  await containerd.ctr('containers', 'label', 'never', 'nerdctl/name=named-by-nerdctl')
  await containerd.runPod(WEB)
  await containerd.runPod(JOB)
})

afterAll(async () => {
  if ('stop' in containerd) await containerd.stop()
})

describe.skipIf(unavailable !== undefined)(`a real containerd, by ctr (${unavailable ?? 'runs'})`, () => {
  it('runs a container that is found by its id, with the zone of its environment', async () => {
    const found = await resolveTarget('shop-web', { sources })
    expect(found).toMatchObject({
      ok: true,
      target: { name: 'shop-web', kind: 'containerd', spec: 'shop-web', zone: '+08:00' },
    })
    if (found.ok)
      expect(await findAgain(found.target, { sources })).toMatchObject({
        ok: true,
        target: { name: 'shop-web' },
      })
  })

  it('runs two of one id in two namespaces: neither is taken for the other', async () => {
    const found = await resolveTarget('twin', { sources })
    expect(found).toMatchObject({
      ok: false,
      candidates: ['containerd:default/twin', 'containerd:k8s.io/twin'],
    })
    expect(await resolveTarget('containerd:k8s.io/twin', { sources })).toMatchObject({ ok: true })
  })

  it.each([
    ['once', /^container 'once' \(containerd\) is stopped \(stopped\)/],
    ['named-by-nerdctl', /^container 'named-by-nerdctl' \(containerd\) is stopped \(it has no task\)/],
  ])('says that %s does not run', async (name, says) => {
    const found = await resolveTarget(name, { sources })
    expect(found.ok ? '' : found.says).toMatch(says)
  })
})

const noNerdctl = unavailable ?? (isInstalled('nerdctl') ? undefined : 'nerdctl is not installed')

describe.skipIf(noNerdctl !== undefined)(`a real nerdctl (${noNerdctl ?? 'runs'})`, () => {
  const withCtr = { ...sources, nerdctl: 'nerdctl' }
  const alone = { ...withCtr, ctr: 'no-ctr-here' }

  beforeAll(async () => {
    if (!('nerdctl' in containerd)) return
    const { nerdctl, nerdctlSettings } = containerd
    process.env['NERDCTL_TOML'] = nerdctlSettings
    const detached = ['run', '-d', '--pull', 'never', '--name']
    const ports = ['--network', 'box', '-p', '127.0.0.1:18081:80', '-p', '18082:81']
    await nerdctl(...detached, 'cache', ...ports, BOX, 'httpd', '-f', '-p', '80')
    await nerdctl(
      ...detached,
      'held',
      '--label',
      'com.docker.compose.service=hold',
      '--network',
      'none',
      BOX,
      'sleep',
      '1000',
    )
    await nerdctl('pause', 'held')
    await nerdctl(...detached, 'done', '--network', 'none', BOX, 'sh', '-c', 'exit 3')
    await nerdctl('create', '--pull', 'never', '--name', 'asleep', BOX, 'sleep', '1000')
    await nerdctl('-n', 'shop', ...detached, 'cart', '--network', 'none', BOX, 'sleep', '1000')
  })

  describe.each([
    ['beside ctr', withCtr],
    ['alone', alone],
  ])('%s', (_, asked) => {
    it('has a container with its ports, its address and the log that it keeps', async () => {
      const found = await resolveTarget('cache', { sources: asked })
      expect(found).toMatchObject({
        ok: true,
        target: {
          name: 'cache',
          kind: 'containerd',
          addresses: expect.arrayContaining([expect.stringMatching(/^10\.244\.8\.\d+$/)]),
          publishedPorts: [
            { host: 18_081, inside: 80, address: '127.0.0.1' },
            { host: 18_082, inside: 81 },
          ],
          logs: [{ kind: 'file', path: expect.stringMatching(/^\/.*\/containers\/default\/.*-json\.log$/) }],
        },
      })
    })

    it.each(['held', 'hold', 'containerd:held'])('%s is one that is paused, and runs still', async (spec) => {
      expect(await resolveTarget(spec, { sources: asked })).toMatchObject({
        ok: true,
        target: { name: 'held' },
      })
    })

    it('has one in another namespace', async () => {
      expect(await resolveTarget('cart', { sources: asked })).toMatchObject({
        ok: true,
        target: { name: 'cart' },
      })
    })

    it.each([
      ['done', /^container 'done' \(containerd\) is stopped \(exited 3 \d+ seconds? ago\): start it/],
      ['asleep', /^container 'asleep' \(containerd\) is stopped \(not running\): start it/],
    ])('says how %s does not run', async (name, says) => {
      const found = await resolveTarget(name, { sources: asked })
      expect(found.ok ? '' : found.says).toMatch(says)
    })

    it('does not take one of two of one id for the other', async () => {
      const found = await resolveTarget('twin', { sources: asked })
      expect(found).toMatchObject({ candidates: ['containerd:default/twin', 'containerd:k8s.io/twin'] })
      const [one, other] = await Promise.all(
        ['default', 'k8s.io'].map((place) => resolveTarget(`containerd:${place}/twin`, { sources: asked })),
      )
      const pids = [one, other].map((place) => (place?.ok ? place.target.pid : undefined))
      expect(pids).toEqual([expect.any(Number), expect.any(Number)])
      expect(new Set(pids).size).toBe(2)
    })
  })

  it('alone knows the containers of pods, and no pause', async () => {
    expect(await resolveTarget(`${WEB.name}/app`, { sources: alone })).toMatchObject({
      ok: true,
      target: { name: `${WEB.name}-app`, kind: 'containerd' },
    })
    expect(await resolveTarget(WEB.name, { sources: alone })).toMatchObject({
      candidates: [`containerd:${WEB.name}/app`, `containerd:${WEB.name}/proxy`],
    })
  })
})

describe.skipIf(unavailable !== undefined)(`pods of a real CRI (${unavailable ?? 'runs'})`, () => {
  it.each([`pod/${WEB.name}`, WEB.name])(
    '%s is found without crictl: process, address, port, the logs of its containers',
    async (spec) => {
      const found = await resolveTarget(spec, { sources })
      if (!found.ok || !('logOf' in containerd)) throw new Error(found.ok ? '' : found.says)
      expect(found.target).toMatchObject({
        name: WEB.name,
        kind: 'cri',
        spec: `pod/shop/${WEB.name}`,
        publishedPorts: [{ host: 18_080, inside: 8080 }],
        logs: [
          { kind: 'cri', path: containerd.logOf(WEB, 'app') },
          { kind: 'cri', path: containerd.logOf(WEB, 'proxy') },
        ],
      })
      expect(found.target.addresses.find((address) => address.startsWith('10.244.7.'))).toBeDefined()
    },
  )

  it('a container of one is found by its own name, and is another one than its neighbour', async () => {
    const app = await resolveTarget('app', { sources })
    const proxy = await resolveTarget(`cri:${WEB.name}/proxy`, { sources })
    if (!app.ok || !proxy.ok) throw new Error('not found')
    expect(app.target.name).toBe(`${WEB.name}-app`)
    expect(app.target.pid).not.toBe(proxy.target.pid)
  })

  it('one whose container has ended says so', async () => {
    const found = await resolveTarget(`pod/${JOB.name}`, { sources })
    expect(found.ok ? '' : found.says).toMatch(
      /^no container of pod\/shop\/import-28b7c runs on this node: see ctr -n k8s\.io tasks ls$/,
    )
  })

  it('a name that no pod has is answered with those that run', async () => {
    const found = await resolveTarget('pod/wob-6d5f8b9c7d-x2x4z', { sources, namespace: 'shop' })
    expect(found).toMatchObject({ ok: false, candidates: [`pod/shop/${WEB.name}`] })
  })
})
