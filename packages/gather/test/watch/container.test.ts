import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveTarget, startWatch, type Watch, type WatchNews } from '@whyreset/gather'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  callDocker,
  importImage,
  startContainer,
  startDockerDaemon,
} from '../../../lab/src/docker/docker-daemon.ts'
import { whyNotLive } from '../record/two-namespaces.ts'

const notLive = whyNotLive()
const daemon = notLive === undefined ? await startDockerDaemon() : { unavailable: notLive }
const unavailable = 'unavailable' in daemon ? daemon.unavailable : undefined
const socket = 'socket' in daemon ? daemon.socket : ''

/** Resets whoever asks, says so in its output and in a log of its own. */
const SERVER = `
require('node:net').createServer((connection) => {
  connection.on('error', () => {})
  connection.once('data', () => {
    connection.resetAndDestroy()
    console.log('worker: connection reset by peer')
    require('node:fs').appendFileSync('/var/log/own.log', 'own: closed\\n')
  })
}).listen(8080, () => console.log('listening'))
require('node:fs').writeFileSync('/var/log/own.log', '')
`
const CLIENT = `require('node:net').connect(8080, '127.0.0.1').on('error', () => {}).write('x')`

let folder: string
let watch: Watch | undefined
beforeAll(async () => {
  if (unavailable !== undefined) return
  await importImage(socket, {
    name: 'node-box',
    programs: [process.execPath],
    files: { '/server.js': SERVER },
  })
  await startContainer(socket, { name: 'web', image: 'node-box', command: ['node', '/server.js'] })
})
afterAll(async () => {
  if ('stop' in daemon) await daemon.stop()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-watch-'))
})
afterEach(async () => {
  await watch?.stop()
  watch = undefined
  rmSync(folder, { recursive: true, force: true })
})

async function until(claim: () => void): Promise<void> {
  await vi.waitFor(claim, { timeout: 30_000, interval: 100 })
}

async function listening(times: number): Promise<void> {
  await vi.waitFor(async () => {
    const log = await callDocker(socket, 'GET', '/containers/web/logs?stdout=1')
    expect(log.split('listening')).toHaveLength(times + 1)
  })
}

describe.skipIf(unavailable !== undefined)(`a container of a real dockerd (${unavailable ?? 'runs'})`, () => {
  it('is watched over its restart, with its logs', async () => {
    await listening(1)
    const resolve = {
      sources: { dockerSockets: [socket], podmanSockets: [], podman: undefined, containerdSockets: [] },
    }
    const found = await resolveTarget('web', resolve)
    if (!found.ok) throw new Error(found.says)
    const { target } = found
    const news: WatchNews['kind'][] = []
    watch = await startWatch({
      target,
      resolve,
      directory: folder,
      logs: [{ source: { kind: 'file', path: `/proc/${target.pid}/root/var/log/own.log` }, target }],
      onEpisode: () => Promise.resolve({ keep: true, isKnown: false }),
      onNews: ({ kind }) => {
        news.push(kind)
      },
    })
    await callDocker(socket, 'POST', '/containers/web/restart?t=0')
    await listening(2)
    await until(() => {
      expect(watch?.status()).toMatchObject({ isAttached: true, attachments: 2, missing: [] })
    })
    expect(news).toEqual(['attached', 'lost', 'attached'])
    const { networkNamespace, name, pid } = watch.status().target
    expect(name).toBe('web')
    expect(pid).not.toBe(target.pid)
    spawn('nsenter', [`--net=${networkNamespace}`, '--', process.execPath, '-e', CLIENT], {
      stdio: 'inherit',
    })
    await until(() => {
      expect(readdirSync(folder)).toHaveLength(1)
      expect(watch?.status().pendingEpisodes).toBe(0)
    })
    const [evidence = ''] = readdirSync(folder)
    const logs = readdirSync(join(folder, evidence)).filter((file) => file.startsWith('app-'))
    const lines = logs.map((file) => readFileSync(join(folder, evidence, file), 'utf8')).join('')
    expect(lines).toContain('worker: connection reset by peer')
    expect(lines).toContain('own: closed')
  })
})
