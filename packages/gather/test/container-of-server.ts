import { spawn } from 'node:child_process'
import { resolveTarget, type Sources, type Target } from '@whyreset/gather'
import { afterAll, beforeAll, vi } from 'vitest'
import {
  callDocker,
  importImage,
  startContainer,
  startDockerDaemon,
} from '../../lab/src/docker/docker-daemon.ts'
import { whyNotLive } from './record/two-namespaces.ts'

/** Resets whoever asks, and says so in its output and in a log of its own. */
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

/** A container of a dockerd of its own that resets whoever asks, for all tests of a file. */
export interface ContainerOfServer {
  /** Why there is none. */
  readonly unavailable: string | undefined
  readonly sources: Partial<Sources>
  find(): Promise<Target>
  /** Where its own log is, seen from outside. */
  ownLog(target: Target): string
  /** Resolves when it has begun to listen so often. */
  listening(times: number): Promise<void>
  restart(): Promise<void>
  /** Connects inside its network namespace, and is reset. */
  ask(networkNamespace: string): void
}

export async function containerOfServer(name: string): Promise<ContainerOfServer> {
  const notLive = whyNotLive()
  const daemon = notLive === undefined ? await startDockerDaemon() : { unavailable: notLive }
  const unavailable = 'unavailable' in daemon ? daemon.unavailable : undefined
  const socket = 'socket' in daemon ? daemon.socket : ''
  const sources = { dockerSockets: [socket], podmanSockets: [], podman: undefined, containerdSockets: [] }
  beforeAll(async () => {
    if (unavailable !== undefined) return
    const files = { '/server.js': SERVER }
    await importImage(socket, { name: 'node-box', programs: [process.execPath], files })
    await startContainer(socket, { name, image: 'node-box', command: ['node', '/server.js'] })
  })
  afterAll(async () => {
    if ('stop' in daemon) await daemon.stop()
  })
  return {
    unavailable,
    sources,
    async find() {
      const found = await resolveTarget(name, { sources })
      if (!found.ok) throw new Error(found.says)
      return found.target
    },
    ownLog: ({ pid }) => `/proc/${pid}/root/var/log/own.log`,
    async listening(times) {
      await vi.waitFor(async () => {
        const log = await callDocker(socket, 'GET', `/containers/${name}/logs?stdout=1`)
        if (log.split('listening').length !== times + 1) throw new Error(`its log: ${log}`)
      })
    },
    async restart() {
      await callDocker(socket, 'POST', `/containers/${name}/restart?t=0`)
    },
    ask(networkNamespace) {
      const command = [`--net=${networkNamespace}`, '--', process.execPath, '-e', CLIENT]
      spawn('nsenter', command, { stdio: 'inherit' })
    },
  }
}
