import { readFile } from 'node:fs/promises'
import type { Runtime } from '../target.ts'
import { readInside, resolveInside } from './inside-root.ts'
import { readJvm } from './jvm-process.ts'
import { readEnvironment, readProcLink } from './proc.ts'

/**
 * The zone in which a process prints local times: `Asia/Shanghai`, `+08:00`, `UTC`; `undefined` where it cannot be told.
 * As tzset(3) looks for it: `TZ`, then /etc/localtime of the process's own root, then UTC.
 */
export async function zoneOf(pid: number, runtime: Runtime['kind'] | undefined): Promise<string | undefined> {
  // PHP has a setting of its own and looks at neither (date.timezone).
  if (runtime === 'php') return undefined
  const root = `/proc/${pid}/root`
  // Who may not look at its root may not read its environment either.
  if ((await readProcLink(pid, 'root')) === undefined) return undefined
  if (runtime === 'jvm') {
    const property = (await readJvm(pid)).options.findLast((word) => word.startsWith('-Duser.timezone='))
    const named = property?.slice('-Duser.timezone='.length)
    if (named !== undefined && named !== '') return zoneName(named)
  }
  const { TZ } = await readEnvironment(pid, ['TZ'])
  return TZ === undefined ? localtimeOf(root) : zoneOfVariable(TZ, root, runtime)
}

/** `/etc/localtime` as a link into the zone database; or as a copy of the host's, which containers mount; or by its rule. */
export async function localtimeOf(root: string): Promise<string | undefined> {
  const path = await resolveInside(root, '/etc/localtime').catch((error: NodeJS.ErrnoException) => error)
  if (typeof path !== 'string') return path.code === 'ENOENT' ? 'UTC' : undefined
  const named = nameInDatabase(path)
  if (named !== undefined) return named
  const content = await readInside(root, '/etc/localtime', MAX_ZONE_BYTES)
  const hosts = await readFile('/etc/localtime').catch(() => undefined)
  if (content === undefined) return undefined
  if (hosts !== undefined && content.equals(hosts)) {
    const name = nameInDatabase(await resolveInside('/', '/etc/localtime').catch(() => ''))
    if (name !== undefined) return name
  }
  return posixOffset(/\n([^\n]+)\n$/.exec(content.toString('latin1'))?.[1] ?? '')
}

/** The largest zone file of tzdata has 3.6 kB. */
const MAX_ZONE_BYTES = 65_536

/** Runtimes that bring the zone database with them; the others need it in the container, and print UTC without it. */
const OWN_DATABASE: readonly Runtime['kind'][] = ['jvm', 'node']

async function zoneOfVariable(
  text: string,
  root: string,
  runtime: Runtime['kind'] | undefined,
): Promise<string | undefined> {
  const value = text.replace(/^:/, '')
  if (value === '') return 'UTC'
  const name = value.startsWith('/') ? nameInDatabase(value) : zoneName(value)
  if (name === undefined) return value.startsWith('/') ? undefined : posixOffset(value)
  if (name === 'UTC' || (runtime !== undefined && OWN_DATABASE.includes(runtime))) return name
  const installed = await resolveInside(root, `/usr/share/zoneinfo/${value}`).catch(() => undefined)
  if (installed !== undefined) return name
  // A Go program may hold the database itself (time/tzdata).
  return runtime === 'go' ? undefined : 'UTC'
}

function nameInDatabase(path: string): string | undefined {
  return zoneName(/\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(path)?.[1] ?? '')
}

/** The name, if this Node knows such a zone. `EST5EDT` and the like are POSIX rules and names at once: names win. */
function zoneName(name: string): string | undefined {
  if (/^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu|Universal)$/.test(name)) return 'UTC'
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) return undefined
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) && name
  } catch {
    return undefined
  }
}

/** POSIX.1 §8.3 `std offset`, counted west of Greenwich: `CST-8` is +08:00. A rule with summer time has no one offset. */
function posixOffset(rule: string): string | undefined {
  const [, sign, hours, minutes] = /^(?:[A-Za-z]{3,}|<[\w+-]+>)([+-]?)(\d{1,2})(?::(\d\d))?$/.exec(rule) ?? []
  if (hours === undefined || Number(hours) > 14) return undefined
  const isZero = Number(hours) === 0 && Number(minutes ?? 0) === 0
  return isZero ? 'UTC' : `${sign === '-' ? '+' : '-'}${hours.padStart(2, '0')}:${minutes ?? '00'}`
}
