import {
  RecordError,
  resolveTarget,
  startRecording,
  type ExtraLog,
  type Recording,
  type RecordingSummary,
  type Target,
} from '@whyreset/gather'
import { cleanShort } from '@whyreset/report/escape'
import { runAnalyze } from './analyze-command.ts'
import { namedLog } from './capture-logs.ts'
import { showStatus, summaryLine } from './capture-screen.ts'
import { complain } from './complain.ts'
import { resolveOptions, type LiveFlags } from './live-flags.ts'
import { UsageError } from './usage-error.ts'

const COULD_NOT = 1
const INTERRUPTED = 130

/** When something is waited for, it may take a while; else an unattended capture ends soon. */
const DEFAULT_DURATION_MS = 10 * 60_000
const DEFAULT_WAITING_MS = 24 * 3_600_000
/** What comes after the moment that was waited for is evidence: retries, the rest of a burst, the log's stack trace. */
const AFTER_MS = 3000
const MAX_SHOWN = 200

export interface CaptureFlags extends LiveFlags {
  readonly until?: string
  readonly untilReset?: true
  readonly duration?: number
  readonly html?: string
}

/**
 * Records the named targets into a folder until something ends it, then answers as `analyze` does. Gives the exit
 * code. The first Ctrl-C ends the recording, the second one the process.
 */
export async function runCapture(specs: readonly string[], flags: CaptureFlags): Promise<number> {
  if (specs.length === 0)
    throw new UsageError(
      'name what to capture: a container, pod/NAME, a systemd unit, a pid, host, or a network namespace\n(whyreset capture --help shows examples)',
    )
  const targets = await resolveAll(specs, flags)
  const gcLogs = targets && (await namedLogs('--gc-log', flags.gcLog ?? [], targets))
  const logs = targets && (await namedLogs('--log', flags.log ?? [], targets))
  if (targets === undefined || gcLogs === undefined || logs === undefined) return COULD_NOT
  if (flags.until !== undefined && logs.length === 0 && targets.every((target) => target.logs.length === 0)) {
    complain(
      `--until waits for a line of a log, and no log of ${namesOf(targets)} was found: name one with --log PATH`,
    )
    return COULD_NOT
  }
  const recording = await start(targets, { gcLogs, logs }, flags)
  if (recording === undefined) return COULD_NOT
  const summary = await untilItEnds(recording, targets, flags)
  complain(`${recording.directory}: ${summaryLine(summary)}`)
  if (summary.end.why === 'targets-lost') complain(`${namesOf(targets)} ended: so did the capture`)
  if (summary.end.why === 'cannot-write') complain(`the capture ended early: ${summary.end.says}`)
  const [peer] = flags.peer ?? []
  const code = await runAnalyze([recording.directory], {
    lang: 'en',
    color: flags.color,
    ...(flags.json === true ? { json: true } : {}),
    ...(flags.html === undefined ? {} : { html: flags.html }),
    ...(peer === undefined || flags.peer?.length !== 1 ? {} : { peer }),
  })
  return code === 0 && summary.end.why === 'cannot-write' ? COULD_NOT : code
}

async function resolveAll(specs: readonly string[], flags: CaptureFlags): Promise<Target[] | undefined> {
  const targets: Target[] = []
  const options = resolveOptions(flags)
  for (const spec of specs) {
    const found = await resolveTarget(spec, options)
    if (found.ok) targets.push(withOwnName(found.target, targets))
    else complain(found.says)
  }
  return targets.length === specs.length ? targets : undefined
}

/** Files are called by the targets' names: two pods may be called the same. */
function withOwnName(target: Target, others: readonly Target[]): Target {
  const isTaken = (name: string): boolean => others.some((other) => other.name === name)
  let { name } = target
  for (let number = 2; isTaken(name); number++) name = `${target.name}-${number}`
  return { ...target, name }
}

async function namedLogs(
  option: '--gc-log' | '--log',
  typed: readonly string[],
  targets: readonly Target[],
): Promise<ExtraLog[] | undefined> {
  const named = await Promise.all(typed.map((one) => namedLog(option, one, targets)))
  for (const one of named) if (!one.ok) complain(one.says)
  return named.every((one) => one.ok) ? named.flatMap((one) => (one.ok ? one.logs : [])) : undefined
}

async function start(
  targets: readonly Target[],
  logs: { readonly gcLogs: readonly ExtraLog[]; readonly logs: readonly ExtraLog[] },
  flags: CaptureFlags,
): Promise<Recording | undefined> {
  const { output = defaultFolder(), maxSize, peer = [], port = [], filter } = flags
  const ports = [...port, ...peer.flatMap((one) => one.port ?? [])]
  try {
    return await startRecording({
      directory: output,
      targets,
      ...logs,
      maxDurationMs: durationOf(flags),
      ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
      ...(peer.length === 0 ? {} : { peers: peer.map(({ host }) => host) }),
      ...(ports.length === 0 ? {} : { ports }),
      ...(filter === undefined ? {} : { filter }),
    })
  } catch (error) {
    if (!(error instanceof RecordError)) throw error
    complain(error.message)
    return undefined
  }
}

async function untilItEnds(
  recording: Recording,
  targets: readonly Target[],
  flags: CaptureFlags,
): Promise<RecordingSummary> {
  const shown = recording.status().missing
  let interruptions = 0
  const interrupt = (): void => {
    interruptions++
    // The guardian removes what the recording started.
    if (interruptions > 1) process.exit(INTERRUPTED)
    status.stop()
    complain('ending the capture; Ctrl-C again ends it without an answer')
    void recording.stop()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  // Before it says that Ctrl-C ends it.
  for (const signal of signals) process.on(signal, interrupt)
  complain(`capturing ${targets.map(describe).join(' and ')} into ${recording.directory}`)
  complain(`until ${endings(flags).join(', or ')}`)
  complainOfMissing(shown)
  const status = showStatus(process.stderr, () => recording.status())
  let ending: NodeJS.Timeout | undefined
  const endSoon = (): void => {
    ending ??= setTimeout(() => void recording.stop(), AFTER_MS)
  }
  const text = flags.until?.toLowerCase()
  if (text !== undefined)
    recording.onLine((line) => {
      if (line.toLowerCase().includes(text)) endSoon()
    })
  if (flags.untilReset === true) recording.onReset(endSoon)
  try {
    const summary = await recording.ended
    status.stop()
    complainOfMissing(summary.missing.filter(({ what }) => shown.every((one) => one.what !== what)))
    return summary
  } finally {
    clearTimeout(ending)
    status.stop()
    for (const signal of signals) process.off(signal, interrupt)
  }
}

function complainOfMissing(missing: RecordingSummary['missing']): void {
  for (const { what, because, without } of missing) complain(`without ${what}: ${because}; ${without}`)
}

function endings(flags: CaptureFlags): string[] {
  const { until, untilReset } = flags
  return [
    'Ctrl-C',
    ...(until === undefined ? [] : [`a log line contains “${cleanShort(until, MAX_SHOWN)}”`]),
    ...(untilReset === true ? ['a reset is seen'] : []),
    `${inWords(durationOf(flags))} have passed`,
  ]
}

function durationOf({ until, untilReset, duration }: CaptureFlags): number {
  const isWaiting = until !== undefined || untilReset === true
  return duration ?? (isWaiting ? DEFAULT_WAITING_MS : DEFAULT_DURATION_MS)
}

/** `90 s`, `10 min`, `24 h`. */
function inWords(ms: number): string {
  if (ms <= 90_000) return `${ms / 1000} s`
  return ms <= 90 * 60_000
    ? `${Number((ms / 60_000).toFixed(1))} min`
    : `${Number((ms / 3_600_000).toFixed(1))} h`
}

function describe({ name, kind, pid, addresses }: Target): string {
  const what = [...(kind === 'pid' ? [] : [kind]), ...(pid === undefined ? [] : [`pid ${pid}`])]
  const about = [...what, ...addresses.slice(0, 2)]
  return `${name} (${about.join(', ')})`
}

function namesOf(targets: readonly Target[]): string {
  return targets.map(({ name }) => name).join(' and ')
}

function defaultFolder(): string {
  return `whyreset-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
}
