import { readFileSync } from 'node:fs'
import { open, readdir, readlink } from 'node:fs/promises'

/** Facts of processes as /proc gives them. A process that ended, or may not be read, gives `undefined` or nothing. */

export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** At most 15 bytes, chosen by the process itself. */
  readonly command: string
  /** Clock ticks since boot; with the pid it names the process for good. */
  readonly startTicks: number
}

/** One line of /proc/PID/stat (proc(5)). The name may hold blanks and parentheses, so the last `)` ends it. */
export async function readStat(pid: number): Promise<ProcessStat | undefined> {
  const text = await readText(`/proc/${pid}/stat`)
  const [, command, rest] = /^\d+ \((.*)\) (.*)/s.exec(text ?? '') ?? []
  if (command === undefined || rest === undefined) return undefined
  const fields = rest.split(' ')
  // Field 3 of the line is the first of `rest`.
  return { pid, command, parent: Number(fields[4 - 3]), startTicks: Number(fields[22 - 3]) }
}

/** Every process that can be seen. */
export async function readAllStats(): Promise<ProcessStat[]> {
  const entries = await readdir('/proc')
  const stats = await Promise.all(
    entries.filter((name) => /^\d+$/.test(name)).map((pid) => readStat(Number(pid))),
  )
  return stats.filter((stat) => stat !== undefined)
}

/** Userspace always sees 100 (USER_HZ, include/asm-generic/param.h). */
const TICKS_PER_SECOND = 100
/** Beyond this the two ways to know the boot time disagree: /proc/uptime is made up in some containers. */
const MAX_BOOT_DIFFERENCE_MS = 2000

/**
 * Start of a process, in milliseconds since 1970 UTC. The wall clock minus the uptime is good to 20 ms or so, where
 * `btime` of /proc/stat is cut to whole seconds; that much would misplace every line of a log with uptimes only.
 */
export async function startedAtMs(stat: ProcessStat): Promise<number | undefined> {
  const btime = Number(/^btime (\d+)$/m.exec((await readText('/proc/stat')) ?? '')?.[1]) * 1000
  const boot = bootMs()
  const best = Math.abs(boot - btime) <= MAX_BOOT_DIFFERENCE_MS ? boot : btime
  const start = best + (stat.startTicks * 1000) / TICKS_PER_SECOND
  return Number.isFinite(start) ? Math.round(start) : undefined
}

const UPTIME_READINGS = 5

/** Of some readings the one that took least: between the two clocks a busy machine may do anything else. */
function bootMs(): number {
  let best = { tookMs: Infinity, bootMs: Number.NaN }
  for (let reading = 0; reading < UPTIME_READINGS; reading++) {
    const before = performance.now()
    const now = Date.now()
    const uptimeMs = Number.parseFloat(uptime()) * 1000
    const tookMs = performance.now() - before
    if (tookMs < best.tookMs) best = { tookMs, bootMs: now - uptimeMs }
  }
  return best.bootMs
}

function uptime(): string {
  try {
    return readFileSync('/proc/uptime', 'latin1')
  } catch {
    return ''
  }
}

/** The pid by which a process knows itself: another one than ours in a container. */
export async function namespacePid(pid: number): Promise<number | undefined> {
  const line = /^NSpid:\s*([\d\t ]+)$/m.exec((await readText(`/proc/${pid}/status`)) ?? '')?.[1]
  const own = Number(line?.trim().split(/\s+/).at(-1))
  return own > 0 ? own : undefined
}

export async function readCommandLine(pid: number): Promise<string[]> {
  return ((await readText(`/proc/${pid}/cmdline`)) ?? '').split('\0').slice(0, -1)
}

/** The named variables of a process's environment as it began; the others, passwords among them, are dropped here. */
export async function readEnvironment<Name extends string>(
  pid: number,
  names: readonly Name[],
): Promise<Partial<Record<Name, string>>> {
  const found: Partial<Record<Name, string>> = {}
  for (const entry of ((await readText(`/proc/${pid}/environ`)) ?? '').split('\0')) {
    const name = names.find((one) => entry.startsWith(`${one}=`))
    // The first of two wins, as in getenv(3).
    if (name !== undefined) found[name] ??= entry.slice(name.length + 1)
  }
  return found
}

/** What `/proc/PID/exe`, `cwd`, `root` or `ns/…` points to. */
export async function readProcLink(pid: number, name: string): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/${name}`)
  } catch {
    return undefined
  }
}

export interface OpenFile {
  readonly fd: number
  /** `/var/log/app.log`, `socket:[123]`, `pipe:[7]`. */
  readonly link: string
}

/** A proxy with a hundred thousand connections has as many; its log files are among the first. */
const MAX_OPEN_FILES = 20_000

export async function readOpenFiles(pid: number): Promise<OpenFile[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const numbers = names.map(Number).toSorted((a, b) => a - b)
  const files = await Promise.all(
    numbers.slice(0, MAX_OPEN_FILES).map(async (fd) => {
      const link = await readProcLink(pid, `fd/${fd}`)
      return link === undefined ? [] : [{ fd, link }]
    }),
  )
  return files.flat()
}

/** A file of /proc has no size to go by; this bounds the few that the process itself fills. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024

/** Text of a file in /proc. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path)
    try {
      const chunks: Buffer[] = []
      let bytes = 0
      while (bytes < MAX_TEXT_BYTES) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536)
        if (bytesRead === 0) break
        chunks.push(buffer.subarray(0, bytesRead))
        bytes += bytesRead
      }
      return Buffer.concat(chunks).toString('utf8')
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}
