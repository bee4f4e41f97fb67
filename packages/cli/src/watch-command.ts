import {
  RecordError,
  resolveTarget,
  startWatch,
  type ExtraLog,
  type Target,
  type Watch,
  type WatchNews,
  type WatchStatus,
} from '@whyreset/gather'
import type { WatchEvent } from '@whyreset/report/event-schema'
import { complain } from './complain.ts'
import { resolveOptions, type LiveFlags } from './live-flags.ts'
import { namedLog } from './capture-logs.ts'
import { UsageError } from './usage-error.ts'
import { createWatchCounts } from './watch-counts.ts'
import { createEpisodeTeller } from './watch-tell-episode.ts'
import { watchLine } from './watch-line.ts'
import type { ListenAddress } from './watch-listen-address.ts'
import type { WatchState } from './watch-metrics.ts'
import { startOutlets, type Outlets } from './watch-outlets.ts'

const COULD_NOT = 1
const INTERRUPTED = 130
const DEFAULT_DIRECTORY = 'whyreset-watch'
const TOO_SOON =
  'their packets left the memory before their turn, which --port, --peer or a larger --ring would help'

export interface WatchFlags extends LiveFlags {
  readonly metrics?: ListenAddress
  readonly ring?: number
  readonly maxAge?: number
}

/**
 * Watches one target until it is told to end, and prints a line for each finding as it happens. Gives the exit code.
 * The first Ctrl-C (or SIGTERM) ends it when what is pending is analysed, the second one at once.
 */
export async function runWatch(specs: readonly string[], flags: WatchFlags): Promise<number> {
  const [spec] = specs
  if (spec === undefined || specs.length > 1)
    throw new UsageError(
      'name the one thing to watch: a container, pod/NAME, a systemd unit, a pid, host, or a network namespace\n(whyreset watch --help shows examples)',
    )
  const resolve = resolveOptions(flags)
  const found = await resolveTarget(spec, resolve)
  if (!found.ok) return couldNot(found.says)
  const { target } = found
  const gcLogs = await namedLogs('--gc-log', flags.gcLog ?? [], target)
  const logs = await namedLogs('--log', flags.log ?? [], target)
  if (gcLogs === undefined || logs === undefined) return COULD_NOT
  const startedAt = performance.now()
  const counts = createWatchCounts()
  let outlets: Outlets | undefined
  const early: WatchEvent[] = []
  const emit = (event: WatchEvent): void => {
    if (outlets === undefined) early.push(event)
    else outlets.log(event)
    process.stdout.write(flags.json === true ? `${JSON.stringify(event)}\n` : `${watchLine(event)}\n`)
  }
  const about = { schema: 'whyreset.event/1', target: target.name } as const
  const onEpisode = createEpisodeTeller(target.name, counts, emit)
  const interrupted = interruption()
  let watch: Watch
  try {
    watch = await startWatch({
      target,
      resolve,
      directory: flags.output ?? DEFAULT_DIRECTORY,
      gcLogs,
      logs,
      ...bounds(flags),
      onEpisode,
      onNews: (news) => {
        emit(eventOf(news, about))
      },
    })
  } catch (error) {
    if (!(error instanceof RecordError)) throw error
    return couldNot(error.message)
  }
  const state = (): WatchState => ({ status: watch.status(), counts })
  try {
    outlets = await startOutlets(flags.metrics, target.name, state)
  } catch (error) {
    await watch.stop()
    return couldNot(error instanceof Error ? error.message : String(error))
  }
  for (const event of early.splice(0)) outlets.log(event)
  for (const line of outlets.says) complain(line)
  await interrupted
  const summary = await watch.stop()
  const seconds = Math.round(performance.now() - startedAt) / 1e3
  emit({ ...about, ...stoppedEvent(summary, counts.failedResets, seconds) })
  await outlets.close()
  return 0
}

function stoppedEvent(
  { packets, connections, resets, droppedPackets, unexplainedResets, ownCpuMs }: WatchStatus,
  failedResets: number,
  seconds: number,
): Omit<Extract<WatchEvent, { event: 'stopped' }>, 'schema' | 'target'> {
  return {
    event: 'stopped',
    time: new Date().toISOString(),
    seconds,
    packets,
    connections,
    resets,
    droppedPackets,
    unexplainedResets: unexplainedResets + failedResets,
    ownCpuSeconds: Math.round(ownCpuMs) / 1e3,
  }
}

function bounds({ ring, maxSize, maxAge, peer = [], port = [], filter }: WatchFlags): {
  readonly ringBytes?: number
  readonly maxBytes?: number
  readonly maxAgeMs?: number
  readonly peers?: readonly string[]
  readonly ports?: readonly number[]
  readonly filter?: string
} {
  const ports = [...port, ...peer.flatMap((one) => one.port ?? [])]
  return {
    ...(ring === undefined ? {} : { ringBytes: ring }),
    ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }),
    ...(peer.length === 0 ? {} : { peers: peer.map(({ host }) => host) }),
    ...(ports.length === 0 ? {} : { ports }),
    ...(filter === undefined ? {} : { filter }),
  }
}

async function namedLogs(
  option: '--gc-log' | '--log',
  typed: readonly string[],
  target: Target,
): Promise<ExtraLog[] | undefined> {
  const named = await Promise.all(typed.map((one) => namedLog(option, one, [target])))
  for (const one of named) if (!one.ok) complain(one.says)
  return named.every((one) => one.ok) ? named.flatMap((one) => (one.ok ? one.logs : [])) : undefined
}

/** Resolves at the first signal; the second one ends the process, and the guardian removes what it started. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    let interruptions = 0
    const interrupt = (): void => {
      interruptions++
      if (interruptions > 1) process.exit(INTERRUPTED)
      complain('ending the watch; Ctrl-C again ends it without what is pending')
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  })
}

function eventOf(
  news: WatchNews,
  about: { readonly schema: 'whyreset.event/1'; readonly target: string },
): WatchEvent {
  const every = { ...about, time: new Date().toISOString() }
  switch (news.kind) {
    case 'attached': {
      const { pid, addresses } = news.target
      return {
        ...every,
        event: 'attached',
        again: !news.isFirst,
        ...(pid === undefined ? {} : { pid }),
        addresses,
      }
    }
    case 'lost':
      return { ...every, event: 'lost', says: news.says }
    case 'missing':
      return { ...every, event: 'missing', ...news.missing }
    case 'dropped':
      return { ...every, event: 'dropped', packets: news.packets }
    case 'missed':
      return { ...every, event: 'missed', resets: news.resets, because: TOO_SOON }
  }
}

function couldNot(says: string): number {
  complain(says)
  return COULD_NOT
}
