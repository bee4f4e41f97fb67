import { describeProcess } from './describe-process.ts'
import { type Resolution, safeName, unresolved } from './resolution.ts'
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
  const show = `--property=${PROPERTIES.join(',')}`
  const answer = await runProgram(sources.systemctl, ['show', show, '--', unit])
  if (!answer.ok) return undefined
  const property = propertiesOf(answer.value)
  const id = property('Id') ?? unit
  if (property('LoadState') !== 'loaded' && property('ActiveState') !== 'active') return undefined
  const pid = Number(property('MainPID') ?? 0)
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    const state = `${property('ActiveState') ?? 'unknown'}, ${property('SubState') ?? 'unknown'}`
    const status = property('ExecMainStatus')
    const exit = status === undefined || status === '0' ? '' : `, last exit ${status}`
    return unresolved(
      `unit ${shown(id)} runs no main process (${shown(state)}${exit}): start it (systemctl start ${shown(id)})`,
    )
  }
  const facts = await describeProcess(pid, [{ kind: 'journal', unit: id }])
  if (facts === undefined)
    return unresolved(`unit ${shown(id)} ended just now: see systemctl status ${shown(id)}`)
  const { command: _, ...process } = facts
  return { ok: true, target: { name: safeName(id), kind: 'systemd', spec, publishedPorts: [], ...process } }
}

const PROPERTIES = ['Id', 'LoadState', 'ActiveState', 'SubState', 'MainPID', 'ExecMainStatus']

/** `systemctl show` prints `Name=value` lines (systemctl(1)). */
function propertiesOf(text: string): (name: string) => string | undefined {
  const lines = text.split('\n')
  return (name) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1)
}
