import { readdir, readFile, realpath } from 'node:fs/promises'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findAgain, openTargetFile, resolveTarget } from '../../src/index.ts'
import {
  callDocker,
  importImage,
  startContainer,
  startDockerDaemon,
} from '../../../lab/src/docker/docker-daemon.ts'

const daemon = await startDockerDaemon()
const unavailable = 'unavailable' in daemon ? daemon.unavailable : undefined
const socket = 'socket' in daemon ? daemon.socket : ''
const sources = { dockerSockets: [socket], podmanSockets: [], podman: undefined, containerdSockets: [] }
const ids = new Map<string, string>()

/** A shell with two children, as an entry script leaves them. */
const SERVER = ['sh', '-c', 'sleep 1000 & httpd -f -p 80 & wait']

beforeAll(async () => {
  if (unavailable !== undefined) return
  await importImage(socket, { name: 'box', files: { '/etc/timezone': 'Asia/Shanghai\n' } })
  const service = { 'com.docker.compose.service': 'api' }
  const containers = [
    { name: 'web', command: SERVER, ports: { 80: 18080 }, environment: { TZ: 'CST-8' } },
    { name: 'shop-api-1', command: ['sleep', '1000'], labels: service },
    { name: 'shop-api-2', command: ['sleep', '1000'], labels: service },
    { name: 'worker', command: ['sh', '-c', 'exec sleep 1000 > /var/log/worker.log'] },
    { name: 'dead', command: ['sh', '-c', 'exit 137'] },
  ]
  for (const container of containers)
    ids.set(container.name, await startContainer(socket, { image: 'box', ...container }))
  await callDocker(socket, 'POST', `/containers/${ids.get('dead')}/wait`)
})

afterAll(async () => {
  if ('stop' in daemon) await daemon.stop()
})

describe.skipIf(unavailable !== undefined)(`containers of a real dockerd (${unavailable ?? 'runs'})`, () => {
  it('finds a container by its name: pid, namespace, address, ports, log and zone', async () => {
    const found = await resolveTarget('web', { sources })
    expect(found).toMatchObject({
      ok: true,
      target: {
        name: 'web',
        kind: 'docker',
        spec: 'web',
        publishedPorts: [{ host: 18080, inside: 80 }],
        logs: [{ kind: 'engine', socket, container: ids.get('web') }],
        gcLogs: [],
        zone: '+08:00',
      },
    })
    if (!found.ok) return
    expect(found.target.addresses.filter((address) => !address.startsWith('fe80'))).toEqual([
      await addressOf('web'),
    ])
    expect(found.target.networkNamespace).toBe(`/proc/${found.target.pid}/ns/net`)
    const about = JSON.parse(await callDocker(socket, 'GET', '/containers/web/json')) as {
      State: { StartedAt: string }
    }
    const lateMs = Date.parse(found.target.startedAt ?? '') - Date.parse(about.State.StartedAt)
    // The engine stamps after it has started the process, soon or not: a wrong zone would be half an hour at least.
    expect(Math.abs(lateMs)).toBeLessThan(1_200_000)
  })

  it('finds it by the beginning of its id, and remembers it by its name', async () => {
    const found = await resolveTarget(ids.get('web')?.slice(0, 8) ?? '', { sources })
    expect(found).toMatchObject({ ok: true, target: { name: 'web', spec: 'docker:web' } })
  })

  it('takes the child that has the socket, not the shell that started it', async () => {
    const httpd = await processOf('web', 'httpd')
    // It has its socket a moment after its process.
    await vi.waitFor(async () => {
      expect(await resolveTarget('docker:web', { sources })).toMatchObject({ target: { pid: httpd } })
    })
  })

  it('reaches a log file inside the container through its root', async () => {
    // The shell has become what it runs, and so has its output.
    await processOf('worker', 'sleep')
    const found = await resolveTarget('worker', { sources })
    expect(found.ok && found.target.logs).toContainEqual({
      kind: 'file',
      path: `/proc/${found.ok && found.target.pid}/root/var/log/worker.log`,
    })
  })

  it('finds the container again after a restart, with another pid', async () => {
    const before = await resolveTarget('shop-api-1', { sources })
    if (!before.ok) throw new Error(before.says)
    await callDocker(socket, 'POST', '/containers/shop-api-1/restart?t=0')
    const after = await findAgain(before.target, { sources })
    if (!after.ok) throw new Error(after.says)
    expect(after.target).toMatchObject({ name: 'shop-api-1', kind: 'docker' })
    expect(after.target.pid).not.toBe(before.target.pid)
  })

  it('says that a container is stopped, with which exit, and what to type', async () => {
    const found = await resolveTarget('dead', { sources })
    expect(found.ok ? '' : found.says).toMatch(
      /^container 'dead' \(docker\) is stopped \(exited 137 \d+ seconds? ago\): start it \(docker start dead\), or name one that runs$/,
    )
  })

  it('names each container that a Compose service has', async () => {
    const found = await resolveTarget('api', { sources })
    expect(found).toMatchObject({
      ok: false,
      candidates: expect.arrayContaining(['docker:shop-api-1', 'docker:shop-api-2']),
    })
    expect(found.ok ? '' : found.says).toMatch(
      /^'api' names 2 containers: shop-api-\d \(docker\), shop-api-\d \(docker\): name one$/,
    )
  })

  it('answers an unknown name with what runs and what may have been meant', async () => {
    const found = await resolveTarget('wbe', { sources: { ...sources, netnsFolders: [] } })
    expect(found).toMatchObject({ ok: false, candidates: ['web'] })
    expect(found.ok ? '' : found.says).toMatch(
      /^no container, namespace or unit is called 'wbe'; running: .*web.*; did you mean 'web'\?$/,
    )
  })

  it('gives a pid inside a container the log of its container', async () => {
    const found = await resolveTarget(`pid:${await processOf('worker', 'sleep')}`, { sources })
    expect(found.ok && found.target.logs).toContainEqual({
      kind: 'engine',
      socket,
      container: ids.get('worker'),
    })
  })

  it('finds the same container through containerd with the real ctr', async () => {
    const containerdSockets = 'containerdSocket' in daemon ? [daemon.containerdSocket] : []
    const found = await resolveTarget(`containerd:${ids.get('worker')?.slice(0, 16)}`, {
      sources: { ...sources, containerdSockets, nerdctl: 'no-nerdctl-here' },
    })
    expect(found).toMatchObject({
      ok: true,
      target: { kind: 'containerd', pid: await processOf('worker', 'sleep') },
    })
  })
})

const java = await realpath('/usr/bin/java').catch(() => undefined)

describe.skipIf(unavailable !== undefined || java === undefined)(
  `a JVM in a container (${unavailable ?? (java === undefined ? 'java is not installed' : 'runs')})`,
  () => {
    it('shows its GC log through its root, where links of the container stay inside', async () => {
      // The host's own JDK is lent to the container, read-only.
      const settings = (await readdir('/etc')).filter((name) => name.startsWith('java'))
      const lent = ['/usr', '/lib', '/lib64', ...settings.map((name) => `/etc/${name}`)]
      const source =
        'public class Idle { public static void main(String[] a) throws Exception { System.out.println("ready"); Thread.sleep(1000000); } }'
      await importImage(socket, { name: 'jvm', files: { '/app/Idle.java': source } })
      const log = '-Xlog:gc*:file=/logs/jvm-%p.txt:time,uptime'
      await startContainer(socket, {
        name: 'jvm',
        image: 'jvm',
        command: [
          'sh',
          '-c',
          `mkdir /var/gc && ln -s /var/gc /logs && cd /app && ${java} ${log} Idle.java; exit`,
        ],
        binds: lent.map((path) => `${path}:${path}:ro`),
        environment: { TZ: 'Asia/Shanghai' },
      })
      await printed('jvm', 'ready')
      const found = await resolveTarget('jvm', { sources })
      if (!found.ok) throw new Error(found.says)
      const { target } = found
      expect(target).toMatchObject({ runtime: { kind: 'jvm', pid: target.pid }, zone: 'Asia/Shanghai' })
      expect(target.gcLogs).toEqual([
        {
          kind: 'file',
          path: expect.stringMatching(new RegExp(`^/proc/${target.pid}/root/var/gc/jvm-\\d+\\.txt$`)),
        },
      ])
      const [gcLog] = target.gcLogs
      if (gcLog?.kind !== 'file') throw new Error('no file')
      const handle = await openTargetFile(gcLog.path)
      expect(await handle.readFile('utf8')).toContain('Using ')
      await handle.close()
    })
  },
)

it.skipIf(unavailable !== undefined)('dockerd itself is a Go program', async () => {
  const pid = await readFile(join(dirname(socket), 'pid'), 'utf8')
  expect(await resolveTarget(`pid:${pid.trim()}`, { sources })).toMatchObject({
    ok: true,
    target: { runtime: { kind: 'go' } },
  })
})

/** Waits until the container has printed a word. */
function printed(name: string, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = `/containers/${name}/logs?follow=1&stdout=1&stderr=1`
    const query = request({ socketPath: socket, path }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (!text.includes(word)) return
        resolve()
        query.destroy()
      })
      response.once('end', () => reject(new Error(`${name} ended: ${text}`)))
      // What is left of the answer after it was dropped.
      response.on('error', () => undefined)
    })
    query.once('error', reject)
    query.end()
  })
}

async function addressOf(name: string): Promise<string> {
  const about = JSON.parse(await callDocker(socket, 'GET', `/containers/${name}/json`)) as {
    NetworkSettings: { IPAddress: string }
  }
  return about.NetworkSettings.IPAddress
}

/** Host pid of the container's process with this command, from the engine's own `ps`. */
async function processOf(name: string, command: string): Promise<number> {
  return vi.waitFor(async () => {
    const top = JSON.parse(
      await callDocker(socket, 'GET', `/containers/${name}/top?ps_args=-o%20pid,comm`),
    ) as { Processes: string[][] }
    const row = top.Processes.find((each) => each.includes(command))
    if (row === undefined) throw new Error(`${name} does not run ${command}`)
    return Number(row[0])
  })
}
