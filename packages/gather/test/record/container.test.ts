import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { resolveTarget, startRecording, type Recording, type Target } from '@whyreset/gather'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  callDocker,
  importImage,
  startContainer,
  startDockerDaemon,
} from '../../../lab/src/docker/docker-daemon.ts'
import { whyNotLive } from './two-namespaces.ts'

const notLive = whyNotLive()
const daemon = notLive === undefined ? await startDockerDaemon() : { unavailable: notLive }
const unavailable = 'unavailable' in daemon ? daemon.unavailable : undefined
const socket = 'socket' in daemon ? daemon.socket : ''

/** Answers a request after which it stops, with the next one unread: printed to a log of its own as well. */
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
let folder: string
let recording: Recording | undefined
beforeAll(async () => {
  if (unavailable !== undefined) return
  await importImage(socket, {
    name: 'node-box',
    programs: [process.execPath],
    files: { '/server.js': SERVER },
  })
  await startContainer(socket, { name: 'framed', image: 'node-box', command: ['node', '/server.js'] })
})
afterAll(async () => {
  if ('stop' in daemon) await daemon.stop()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-container-'))
})
afterEach(async () => {
  await recording?.stop()
  recording = undefined
  rmSync(folder, { recursive: true, force: true })
})

async function find(name: string): Promise<Target> {
  const sources = { dockerSockets: [socket], podmanSockets: [], podman: undefined, containerdSockets: [] }
  const found = await resolveTarget(name, { sources })
  if (!found.ok) throw new Error(found.says)
  return found.target
}

describe.skipIf(unavailable !== undefined)(`a container of a real dockerd (${unavailable ?? 'runs'})`, () => {
  it('is recorded from outside: its packets, its log with the engine’s time, a file inside it', async () => {
    const target = await find('framed')
    await vi.waitFor(async () => {
      expect(await callDocker(socket, 'GET', '/containers/framed/logs?stdout=1')).toContain('listening')
    })
    const inside = `/proc/${target.pid}/root/var/log/own.log`
    recording = await startRecording({
      directory: join(folder, 'evidence'),
      targets: [target],
      logs: [{ source: { kind: 'file', path: inside }, target }],
    })
    const lines: string[] = []
    recording.onLine((line) => lines.push(line))
    const client = `require('node:net').connect(8080, '127.0.0.1').on('error', () => {}).write('x')`
    spawn('nsenter', [`--net=${target.networkNamespace}`, '--', process.execPath, '-e', client], {
      stdio: 'inherit',
    })
    await vi.waitFor(
      () => {
        expect(lines).toHaveLength(2)
      },
      { timeout: 10_000 },
    )
    const summary = await recording.stop()
    expect(summary).toMatchObject({ connections: 1, resets: 1, missing: [] })
    const logs = ['app-framed.log', 'app-framed-2.log'].map((name) =>
      readFileSync(join(folder, 'evidence', name), 'utf8'),
    )
    expect(logs).toContain('own: closed\n')
    expect(logs).toContainEqual(
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z worker: connection reset by peer\n$/),
    )
  })

  it('cannot lead the recorder to a file of the host by a link', async () => {
    const target = await find('framed')
    const secret = join(folder, 'secret.log')
    writeFileSync(secret, 'of the host\n')
    const root = `/proc/${target.pid}/root`
    symlinkSync(secret, join(root, 'var/log/link.log'))
    recording = await startRecording({
      directory: join(folder, 'evidence'),
      targets: [{ ...target, logs: [], gcLogs: [{ kind: 'file', path: `${root}/var/log/link.log` }] }],
    })
    const summary = await recording.stop()
    expect(summary.missing).toMatchObject([
      { what: `${root}/var/log/link.log`, because: expect.stringContaining('no such file') },
    ])
  })
})
