import { execFile } from 'node:child_process'
import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Guarded } from './guarded.ts'
import { isAlive, readProc } from './process-identity.ts'
import { MARK_VARIABLE, type GuardState } from './state-file.ts'

/** Two seconds are promised and enough; on a machine that is too busy for that, late is better than left behind. */
const GIVE_UP_MS = 10_000
const PAUSE_MS = 50
/** A child may still be between fork and exec, with its owner's environment: it is looked for more than once. */
const MIN_ROUNDS = 4
const PROGRAM_TIMEOUT_MS = 5000
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const TRACE_ROOTS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']

const run = promisify(execFile)

/** Removes all that `state` names, as far as it is still there. True when nothing of it is left. */
export async function removeGuarded({ mark, things }: Pick<GuardState, 'mark' | 'things'>): Promise<boolean> {
  const deadline = performance.now() + GIVE_UP_MS
  // Known before their names go: a process may enter one a moment later.
  const namespaces = new Set(things.flatMap((thing) => namespaceInode(thing) ?? []))
  const hasProcesses = things.some(isProcesses) || namespaces.size > 0
  for (let round = 1; ; round++) {
    // Processes first: they hold the other things.
    const left = [killProcessesIn(namespaces)]
    for (const thing of things) {
      if (isProcesses(thing)) left.push(killProcesses(thing, mark))
    }
    // Folders last: what was mounted in one may be named as well.
    for (const thing of things.toSorted((a, b) => Number(isFolder(a)) - Number(isFolder(b)))) {
      if (!isProcesses(thing)) left.push(await removeThing(thing))
    }
    const isClean = !left.includes(true)
    if (isClean && (round >= MIN_ROUNDS || !hasProcesses)) return true
    if (performance.now() > deadline) return isClean
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

/** Removes one thing that its owner made. True when it is still there. */
export async function removeThing(thing: Exclude<Guarded, Processes>): Promise<boolean> {
  switch (thing.kind) {
    case 'trace-instance':
      return TRACE_ROOTS.map((root) => removeEmpty(join(root, 'instances', thing.name))).includes(true)
    case 'network-namespace':
      return removeNamespace(thing.name)
    case 'mount':
      return isMounted(thing.path) && !(await succeeds('umount', ['-l', thing.path]))
    case 'folder':
      return removeTree(thing.path)
  }
}

type Processes = Extract<Guarded, { kind: 'process' | 'marked-processes' }>

function isFolder({ kind }: Guarded): boolean {
  return kind === 'folder'
}

function isProcesses(thing: Guarded): thing is Processes {
  return thing.kind === 'process' || thing.kind === 'marked-processes'
}

/** True when one was still alive. */
function killProcesses(thing: Processes, mark: string): boolean {
  if (thing.kind === 'process') return isAlive(thing) && kill(thing.pid)
  const entry = `${MARK_VARIABLE}=${mark}`
  return killAll((pid) => readProc(pid, 'environ')?.split('\0').includes(entry) === true)
}

function namespaceInode(thing: Guarded): number | undefined {
  return thing.kind === 'network-namespace' ? inodeOf(join('/run/netns', thing.name)) : undefined
}

/** True when one was still alive. */
function killProcessesIn(namespaces: ReadonlySet<number>): boolean {
  return namespaces.size > 0 && killAll((pid) => namespaces.has(inodeOf(`/proc/${pid}/ns/net`) ?? 0))
}

/** The processes inside are its owner's to end, and in `removeGuarded` are ended before. */
async function removeNamespace(name: string): Promise<boolean> {
  const path = join('/run/netns', name)
  if (!existsSync(path)) return false
  await succeeds('ip', ['netns', 'delete', name])
  return existsSync(path)
}

/** True when one was still alive. */
function killAll(isMeant: (pid: number) => boolean): boolean {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && pid > 1 && isMeant(pid))
  for (const pid of pids) kill(pid)
  return pids.length > 0
}

/** True when there was something to kill. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

function removeEmpty(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    rmdirSync(path)
    return false
  } catch {
    // Busy as long as a dying process holds one of its files open.
    return true
  }
}

/** True when some of it is still there. Never through a mount: what lies behind one may be anybody's. */
async function removeTree(path: string): Promise<boolean> {
  const below = (): string[] => mountPoints().filter((point) => point.startsWith(`${path}/`))
  for (const point of below().toReversed()) await succeeds('umount', ['-l', point])
  if (below().length > 0) return true
  try {
    rmSync(path, { recursive: true, force: true })
    return false
  } catch {
    // A dying process may write still.
    return true
  }
}

function isMounted(path: string): boolean {
  return mountPoints().includes(path)
}

/** In the order in which they were mounted; blanks are written as octal numbers (proc_pid_mountinfo(5)). */
function mountPoints(): string[] {
  const lines = (readProc(process.pid, 'mountinfo') ?? '').split('\n')
  return lines.flatMap((line) => line.split(' ')[4] ?? []).map(unescaped)
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args, { env: { PATH }, timeout: PROGRAM_TIMEOUT_MS }).then(
    () => true,
    () => false,
  )
}
