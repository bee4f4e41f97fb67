import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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
import { expect, vi } from 'vitest'
import { because, live, liveEnds } from '../record/live-ends.ts'
import {
  CLIENT,
  modeOf,
  RESETTING_SERVER,
  tcpdumpOf,
  told,
  type TwoNamespaces,
} from '../record/two-namespaces.ts'

const ends = liveEnds('watch')

interface Watched {
  readonly watch: Watch
  readonly episodes: readonly Episode[]
  readonly news: readonly WatchNews[]
}

async function begin(options: Partial<WatchOptions> & Pick<WatchOptions, 'target'>): Promise<Watched> {
  const episodes: Episode[] = []
  const news: WatchNews[] = []
  const watch = ends.keep(
    await startWatch({
      directory: ends.folder,
      onEpisode: (episode) => {
        episodes.push(episode)
        return Promise.resolve({ keep: true, isKnown: false })
      },
      onNews: (one) => {
        news.push(one)
      },
      ...options,
    }),
  )
  return { watch, episodes, news }
}

async function askFor(
  { client, server }: TwoNamespaces,
  what: 'big' | 'reset me',
  times: number,
): Promise<void> {
  await told(client.node(CLIENT, [server.address, what, String(times)]))
}

live(`writes nothing while nothing happens${because}`, async () => {
  const net = await ends.resettingNetwork()
  const { watch, episodes } = await begin({ target: net.client.target })
  await askFor(net, 'big', 20)
  const { connections, resets } = await watch.stop()
  expect({ connections, resets }).toEqual({ connections: 20, resets: 0 })
  expect(episodes).toEqual([])
  expect(readdirSync(ends.folder)).toEqual([])
})

live(`makes evidence of a reset, and of what was before it${because}`, async () => {
  const net = await ends.resettingNetwork()
  const log = join(ends.folder, 'server.log')
  writeFileSync(log, 'long ago\n')
  const target = { ...net.server.target, logs: [{ kind: 'file', path: log } as const] }
  const { watch, episodes } = await begin({ target, directory: join(ends.folder, 'evidence') })
  await askFor(net, 'big', 3)
  appendFileSync(log, 'serving\n')
  await askFor(net, 'reset me', 4)
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
  const net = await ends.resettingNetwork()
  const seen: string[] = []
  const { watch } = await begin({
    target: net.server.target,
    onEpisode: ({ directory }) => {
      seen.push(directory)
      return Promise.resolve({ keep: false, isKnown: true })
    },
  })
  await askFor(net, 'reset me', 1)
  // What is pending when it is stopped becomes an episode too.
  await watch.stop()
  expect(seen).toHaveLength(1)
  expect(readdirSync(ends.folder)).toEqual([])
})

live(`starts tcpdump again when it dies${because}`, async () => {
  const net = await ends.resettingNetwork()
  const { watch, news } = await begin({ target: net.server.target })
  process.kill(tcpdumpOf(process.pid), 'SIGKILL')
  await vi.waitFor(() => {
    expect(watch.status()).toMatchObject({ captureRestarts: 1, missing: [] })
  })
  expect(news.map(({ kind }) => kind)).toContain('missing')
  await askFor(net, 'reset me', 2)
  expect((await watch.stop()).resets).toBe(2)
})

live(`waits for a target that ended, and watches its next run${because}`, async () => {
  const net = ends.network()
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
  await askFor(net, 'reset me', 1)
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
  await askFor(net, 'reset me', 2)
  // Nothing of the first run is forgotten.
  expect((await watch.stop()).resets).toBe(3)
})

live(`sees a burst of thousands in bounded memory, or says what it missed${because}`, async () => {
  const net = await ends.resettingNetwork()
  const ringBytes = 2 << 20
  const { watch, episodes } = await begin({ target: net.server.target, ringBytes, maxBytes: 1 })
  await Promise.all([askFor(net, 'reset me', 1500), askFor(net, 'reset me', 1500), askFor(net, 'big', 40)])
  const last = await watch.stop()
  expect(last.droppedPackets > 0 || last.resets === 3000).toBe(true)
  expect(last.ringBytes).toBeLessThanOrEqual(ringBytes)
  expect(episodes.reduce((sum, { resets }) => sum + resets, 0)).toBe(last.resets)
  expect(last.evidenceFolders).toBe(1)
})

live(`says in one line why it cannot begin${because}`, async () => {
  const { target } = ends.network().client
  const failing = begin({ target, filter: 'no such filter' })
  await expect(failing).rejects.toThrow(RecordError)
  await expect(failing).rejects.toThrow(/the filter was refused by tcpdump/)
})
