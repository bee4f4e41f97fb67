import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  RecordError,
  resolveTarget,
  startWatch,
  type Episode,
  type Watch,
  type WatchNews,
  type WatchOptions,
} from '@whyreset/gather'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  CLIENT,
  makeTwoNamespaces,
  modeOf,
  RESETTING_SERVER,
  tcpdumpOf,
  told,
  whyNotLive,
  type TwoNamespaces,
} from '../record/two-namespaces.ts'

const reason = whyNotLive()
const live = it.skipIf(reason !== undefined)
const because = reason === undefined ? '' : ` (skipped: ${reason})`

let folder: string
let net: TwoNamespaces | undefined
const watches: Watch[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-watch-'))
})
afterEach(async () => {
  await Promise.all(watches.splice(0).map((running) => running.stop()))
  await net?.remove()
  net = undefined
  rmSync(folder, { recursive: true, force: true })
})

interface Watched {
  readonly watch: Watch
  readonly episodes: readonly Episode[]
  readonly news: readonly WatchNews[]
}

async function begin(options: Partial<WatchOptions> & Pick<WatchOptions, 'target'>): Promise<Watched> {
  const episodes: Episode[] = []
  const news: WatchNews[] = []
  const watch = await startWatch({
    directory: folder,
    onEpisode: (episode) => {
      episodes.push(episode)
      return Promise.resolve({ keep: true, isKnown: false })
    },
    onNews: (one) => {
      news.push(one)
    },
    ...options,
  })
  watches.push(watch)
  return { watch, episodes, news }
}

async function askFor(what: 'big' | 'reset me', times: number): Promise<void> {
  if (net !== undefined) await told(net.client.node(CLIENT, [net.server.address, what, String(times)]))
}

live(`writes nothing while nothing happens${because}`, async () => {
  net = makeTwoNamespaces()
  await told(net.server.node(RESETTING_SERVER, [net.server.address]))
  const { watch, episodes } = await begin({ target: net.client.target })
  await askFor('big', 20)
  const { connections, resets } = await watch.stop()
  expect({ connections, resets }).toEqual({ connections: 20, resets: 0 })
  expect(episodes).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})

live(`makes evidence of a reset, and of what was before it${because}`, async () => {
  net = makeTwoNamespaces()
  await told(net.server.node(RESETTING_SERVER, [net.server.address]))
  const log = join(folder, 'server.log')
  writeFileSync(log, 'long ago\n')
  const target = { ...net.server.target, logs: [{ kind: 'file', path: log } as const] }
  const { watch, episodes } = await begin({ target, directory: join(folder, 'evidence') })
  await askFor('big', 3)
  appendFileSync(log, 'serving\n')
  await askFor('reset me', 4)
  await vi.waitFor(() => {
    expect(episodes).toHaveLength(1)
  })
  const [{ directory, resets, because: why } = { directory: '', resets: 0, because: '' }] = episodes
  expect({ resets, why }).toEqual({ resets: 4, why: 'reset' })
  expect(modeOf(directory)).toBe(0o700)
  expect(readFileSync(join(directory, 'app.log'), 'utf8')).toBe('serving\n')
  expect(readdirSync(join(directory, 'sockets')).length).toBeGreaterThan(1)
  expect(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))).toMatchObject({
    targets: [{ name: 'server' }],
  })
  const capture = join(directory, 'capture-0001.pcap')
  expect(modeOf(capture)).toBe(0o600)
  const lines = (filter: string): number =>
    execFileSync('tcpdump', ['-nr', capture, filter], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\n').length - 1
  expect(lines('tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn')).toBe(7)
  expect(lines('tcp[tcpflags] & tcp-rst != 0')).toBe(4)
  const { evidenceFolders } = await watch.stop()
  expect(evidenceFolders).toBe(1)
})

live(`removes a folder that nobody tells of${because}`, async () => {
  net = makeTwoNamespaces()
  await told(net.server.node(RESETTING_SERVER, [net.server.address]))
  const seen: string[] = []
  const { watch } = await begin({
    target: net.server.target,
    onEpisode: ({ directory }) => {
      seen.push(directory)
      return Promise.resolve({ keep: false, isKnown: true })
    },
  })
  await askFor('reset me', 1)
  // What is pending when it is stopped becomes an episode too.
  await watch.stop()
  expect(seen).toHaveLength(1)
  expect(readdirSync(folder)).toEqual([])
})

live(`starts tcpdump again when it dies${because}`, async () => {
  net = makeTwoNamespaces()
  await told(net.server.node(RESETTING_SERVER, [net.server.address]))
  const { watch, news } = await begin({ target: net.server.target })
  process.kill(tcpdumpOf(process.pid), 'SIGKILL')
  await vi.waitFor(() => {
    expect(watch.status()).toMatchObject({ captureRestarts: 1, missing: [] })
  })
  expect(news.map(({ kind }) => kind)).toContain('missing')
  await askFor('reset me', 2)
  expect((await watch.stop()).resets).toBe(2)
})

live(`waits for a target that ended, and watches its next run${because}`, async () => {
  net = makeTwoNamespaces()
  const { server } = net
  const serve = async (): Promise<ChildProcess> => {
    const child = server.node(RESETTING_SERVER, [server.address])
    await told(child)
    return child
  }
  const first = await serve()
  const found = await resolveTarget(`pid:${String(first.pid)}`)
  if (!found.ok) throw new Error(found.says)
  const { watch, episodes, news } = await begin({ target: found.target })
  await askFor('reset me', 1)
  first.kill('SIGKILL')
  await once(first, 'exit')
  await vi.waitFor(() => {
    expect(news.map(({ kind }) => kind)).toContain('lost')
  })
  expect(watch.status().isAttached).toBe(false)
  const second = await serve()
  await vi.waitFor(() => {
    expect(watch.status()).toMatchObject({ isAttached: true, attachments: 2 })
  })
  expect(watch.status().target.pid).toBe(second.pid)
  await vi.waitFor(() => {
    expect(episodes).toHaveLength(1)
  })
  // What the kernel said of the first run's reset is in its evidence, though that run is over.
  if (!watch.status().missing.some(({ what }) => what === 'kernel trace'))
    expect(readFileSync(join(episodes[0]?.directory ?? '', 'kernel-resets.txt'), 'utf8')).toMatch(
      /tcp_send_reset: .*reason=/,
    )
  await askFor('reset me', 2)
  // Nothing of the first run is forgotten.
  expect((await watch.stop()).resets).toBe(3)
})

live(`sees a burst of thousands in bounded memory, or says what it missed${because}`, async () => {
  net = makeTwoNamespaces()
  await told(net.server.node(RESETTING_SERVER, [net.server.address]))
  const ringBytes = 2 << 20
  const { watch, episodes } = await begin({ target: net.server.target, ringBytes, maxBytes: 1 })
  await Promise.all([askFor('reset me', 1500), askFor('reset me', 1500), askFor('big', 40)])
  const last = await watch.stop()
  expect(last.droppedPackets > 0 || last.resets === 3000).toBe(true)
  expect(last.ringBytes).toBeLessThanOrEqual(ringBytes)
  expect(episodes.reduce((sum, { resets }) => sum + resets, 0)).toBe(last.resets)
  expect(last.evidenceFolders).toBe(1)
})

live(`says in one line why it cannot begin${because}`, async () => {
  net = makeTwoNamespaces()
  const { target } = net.client
  const failing = begin({ target, filter: 'no such filter' })
  await expect(failing).rejects.toThrow(RecordError)
  await expect(failing).rejects.toThrow(/the filter was refused by tcpdump/)
})
