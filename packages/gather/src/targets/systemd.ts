import { describeProcess } from './describe-process.ts'
import { findMainProcess } from './main-process.ts'
import { readText } from './proc.ts'
import { type Resolution, safeName, similarNames, someOf, unresolved } from './resolution.ts'
import { runProgram, shown } from './run-program.ts'
import type { Sources } from './sources.ts'

/** Which suffix a typed name needs to be a unit. */
export const UNIT_NAME = /^[\w.\\@:-]+\.(?:service|socket|scope)$/

/** `undefined` when systemd does not run here or knows no such unit. */
export async function resolveUnit(
  unit: string,
  sources: Sources,
  spec: string,
): Promise<Resolution | undefined> {
  const property = await propertiesOf(unit, sources)
  if (property === undefined) return undefined
  const id = property('Id') ?? unit
  const active = property('ActiveState')
  if (property('LoadState') !== 'loaded' && active !== 'active') return undefined
  // A socket unit has no process: what it starts has.
  const service = /(?:^| )([\w.\\@:-]+\.service)/.exec(property('Triggers') ?? '')?.[1]
  if (id.endsWith('.socket') && service !== undefined) return resolveUnit(service, sources, spec)
  const pid = await mainPid(property)
  if (pid === undefined) {
    const state = `${active ?? 'unknown'}, ${property('SubState') ?? 'unknown'}`
    const status = property('ExecMainStatus')
    const exit = status === undefined || status === '0' ? '' : `, last exit ${status}`
    return unresolved(
      `unit ${shown(id)} runs no process (${shown(state)}${exit}): start it (systemctl start ${shown(id)})`,
    )
  }
  const facts = await describeProcess(pid, [{ kind: 'journal', unit: id }])
  if (facts === undefined)
    return unresolved(`unit ${shown(id)} ended just now: see systemctl status ${shown(id)}`)
  const { command: _, ...process } = facts
  return { ok: true, target: { name: safeName(id), kind: 'systemd', spec, publishedPorts: [], ...process } }
}

/** A name that systemd does not know: those like it, and those that run. */
export async function unknownUnit(unit: string, sources: Sources): Promise<Resolution> {
  const list = [
    'list-units',
    '--type=service,scope',
    '--state=running',
    '--plain',
    '--no-legend',
    '--no-pager',
  ]
  const answer = await runProgram(sources.systemctl, list)
  if (!answer.ok)
    return unresolved(
      `systemd cannot be asked for ${shown(unit, 80)} (${answer.absent ? 'it is not here' : answer.says}): ` +
        'name its process (pid:1234, see ps -e)',
    )
  const running = answer.value.split('\n').flatMap((line) => line.trim().split(' ', 1))
  const units = running.filter((name) => UNIT_NAME.test(name))
  const like = similarNames(stem(unit), units.map(stem))
  const similar = units.filter((name) => like.includes(stem(name)))
  const there = units.length > 0 ? `; running: ${someOf(units)}` : ''
  const meant = similar.length > 0 ? `; did you mean ${someOf(similar)}?` : ''
  const candidates = (similar.length > 0 ? similar : units).map((name) => `systemd:${name}`)
  return unresolved(`systemd knows no ${shown(unit, 80)} here${there}${meant}`, candidates)
}

const PROPERTIES = 'Id,LoadState,ActiveState,SubState,MainPID,ExecMainStatus,ControlGroup,Triggers'

/** Without its suffix, which all have. */
function stem(unit: string): string {
  return unit.replace(/\.\w+$/, '')
}

type Properties = (name: string) => string | undefined

/** `systemctl show` prints `Name=value` lines (systemctl(1)). */
async function propertiesOf(unit: string, sources: Sources): Promise<Properties | undefined> {
  const show = ['show', `--property=${PROPERTIES}`, '--', unit]
  const answer = await runProgram(sources.systemctl, show)
  if (!answer.ok) return undefined
  const lines = answer.value.split('\n')
  return (name) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** A scope has no main process, nor a service that forked away: of those in its control group, the one that talks most. */
async function mainPid(property: Properties): Promise<number | undefined> {
  const pid = Number(property('MainPID') ?? 0)
  if (Number.isSafeInteger(pid) && pid > 0) return pid
  const group = property('ControlGroup')
  if (group === undefined || !group.startsWith('/') || group.split('/').includes('..')) return undefined
  const tables = await Promise.all(GROUP_ROOTS.map((root) => readText(`${root}${group}/cgroup.procs`)))
  const pids = (tables.find((table) => table !== undefined) ?? '').split('\n').filter((line) => line !== '')
  const mains = await Promise.all(
    pids.slice(0, MAX_LOOKED_AT).map((line) => findMainProcess(Number(line), true)),
  )
  return mains.flatMap((main) => main ?? []).toSorted((a, b) => b.rank - a.rank)[0]?.stat.pid
}

/** Version 2; systemd's own hierarchy beside version 1; the same where the two are mixed. */
const GROUP_ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']
/** A service that forks a pool of workers has its leader among the first. */
const MAX_LOOKED_AT = 16
