import { spawn, type ChildProcess } from 'node:child_process'
import { lstatSync, readdirSync } from 'node:fs'
import { isSea } from 'node:sea'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding, Message } from '@whyreset/core'
import { listFolder } from './folder.ts'
import { filesInside } from './serve-evidence.ts'
import { EPISODE_COMMAND, parseSummary } from './watch-episode.ts'

/** One evidence folder, as the page lists it. */
interface KeptIncident {
  /** Its name below the served folder, `.` for that itself. */
  readonly folder: string
  readonly files: number
  readonly bytes: number
  /** What watch wrote into its name. */
  readonly time?: string
  readonly target?: string
  readonly state: 'analysing' | 'analysed' | 'failed'
  readonly findings?: readonly Pick<Finding, 'cause' | 'severity' | 'confidence' | 'statement'>[]
  readonly warnings?: readonly Message[]
}

export interface KeptIncidents {
  /** Newest first. */
  list(): readonly KeptIncident[]
  /** Looks whether something came, went or was analysed since the last time; looks into folders only when asked. */
  renew(isAsked: boolean): boolean
  close(): void
}

/** `20261122T145521.190Z-NAME`: what watch calls its folders. */
const WATCH_NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z-([\w.-]+)$/
/** The page lists no more. */
const MAX_FOLDERS = 500
/** Without a manifest a folder is whole when nothing was written for so long. */
const QUIET_MS = 5000
const MAX_ANSWER_BYTES = 64 << 20
const MAX_ANALYSIS_MS = 10 * 60_000
/** What is being looked at comes first. */
const NICE = 10
const MAX_FINDINGS = 5

interface Known {
  /** Of what it held when it was analysed. */
  readonly signature: string
  readonly incident: KeptIncident
}

/** The evidence folders below `root`, each analysed in a process of its own, one at a time. */
export function keptIncidents(root: string): KeptIncidents {
  const known = new Map<string, Known>()
  let hasNews = false
  let running: ChildProcess | undefined
  look()

  function look(): void {
    const names = foldersIn(root)
    for (const name of known.keys()) if (!names.includes(name)) hasNews = known.delete(name) || hasNews
    for (const name of names) {
      const { signature, isWhole, ...seen } = lookInto(join(root, name))
      if (known.get(name)?.signature === signature || !isWhole) continue
      hasNews = true
      known.set(name, { signature, incident: { folder: name, ...named(name), ...seen, state: 'analysing' } })
    }
    analyseNext()
  }

  function analyseNext(): void {
    const next = newestFirst([...known.values()]).find(({ incident }) => incident.state === 'analysing')
    if (running !== undefined || next === undefined) return
    const { folder } = next.incident
    // A link that leads out of the folder is not followed.
    const inside = filesInside(root, folder === '.' ? [] : [folder])
    const isAll = inside.length === next.incident.files
    const paths = isAll ? [join(root, folder)] : inside.map(({ path }) => path)
    const child = analyse(paths, (answer) => {
      running = undefined
      hasNews = true
      // It may have changed or gone meanwhile.
      if (known.get(folder)?.signature === next.signature)
        known.set(folder, { ...next, incident: { ...next.incident, ...answer } })
      analyseNext()
    })
    running = child
  }

  return {
    list: () => newestFirst([...known.values()]).map(({ incident }) => incident),
    renew(isAsked) {
      if (isAsked) look()
      const had = hasNews
      if (isAsked) hasNews = false
      return had
    },
    close() {
      known.clear()
      running?.kill('SIGKILL')
    },
  }
}

/** Folders, not links to some; and the served folder itself where files lie in it. */
function foldersIn(root: string): string[] {
  try {
    const entries = readdirSync(root, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
    const isEvidence = entries.some((entry) => entry.isFile() && !/^readme/i.test(entry.name))
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    // A folder of evidence has folders of its own: socket tables.
    return isEvidence ? ['.'] : names.toSorted().slice(-MAX_FOLDERS)
  } catch {
    return []
  }
}

function lookInto(folder: string): { signature: string; isWhole: boolean; files: number; bytes: number } {
  try {
    const { files } = listFolder(folder)
    const bytes = files.reduce((sum, { stats }) => sum + stats.size, 0)
    const newest = files.reduce((latest, { stats }) => Math.max(latest, stats.mtimeMs), 0)
    const hasManifest = lstatSync(join(folder, 'manifest.json'), { throwIfNoEntry: false }) !== undefined
    const isWhole = files.length > 0 && (hasManifest || Date.now() - newest > QUIET_MS)
    return { signature: `${files.length} ${bytes} ${newest}`, isWhole, files: files.length, bytes }
  } catch {
    return { signature: '', isWhole: false, files: 0, bytes: 0 }
  }
}

function named(folder: string): { time?: string; target?: string } {
  const [, year, month, day, hour, minute, second, ms, target] = WATCH_NAME.exec(folder) ?? []
  if (year === undefined || target === undefined) return {}
  return { time: `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`, target }
}

function newestFirst(all: readonly Known[]): Known[] {
  return all.toSorted((x, y) => (x.incident.folder < y.incident.folder ? 1 : -1))
}

type Answer = Pick<KeptIncident, 'state' | 'findings' | 'warnings'>

/** In a process of its own: its memory is given back, and what goes wrong there ends there. */
function analyse(paths: readonly string[], onAnswer: (answer: Answer) => void): ChildProcess {
  // A single executable has no file beside it.
  const self = isSea() ? [] : [fileURLToPath(new URL('./main.js', import.meta.url))]
  const child = spawn(process.execPath, [...self, EPISODE_COMMAND, ...paths], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: MAX_ANALYSIS_MS,
    killSignal: 'SIGKILL',
  })
  child.once('spawn', () => {
    if (child.pid !== undefined) giveWay(child.pid)
  })
  const parts: Buffer[] = []
  let bytes = 0
  child.stdout.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > MAX_ANSWER_BYTES) child.kill('SIGKILL')
    else parts.push(part)
  })
  let isOver = false
  const end = (code: number | null): void => {
    if (isOver) return
    isOver = true
    onAnswer(code === 0 ? answerOf(Buffer.concat(parts).toString('utf8')) : { state: 'failed' })
  }
  child.once('error', () => {
    end(null)
  })
  child.once('close', end)
  return child
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, NICE)
  } catch {
    // It ended already, or may not: its answer is the same.
  }
}

function answerOf(text: string): Answer {
  try {
    const { findings, warnings } = parseSummary(text)
    return {
      state: 'analysed',
      findings: findings
        .slice(0, MAX_FINDINGS)
        .map(({ cause, severity, confidence, statement }) => ({ cause, severity, confidence, statement })),
      warnings: warnings.slice(0, MAX_FINDINGS).map(({ says }) => says),
    }
  } catch {
    return { state: 'failed' }
  }
}
