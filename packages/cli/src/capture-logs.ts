import { resolve } from 'node:path'
import { openTargetFile, type ExtraLog, type Target } from '@whyreset/gather'
import { cleanShort } from '@whyreset/report/escape'
import { systemReason } from './system-reason.ts'

export type NamedLogs =
  | { readonly ok: true; readonly logs: readonly ExtraLog[] }
  | { readonly ok: false; readonly says: string }

const MAX_NAME_LENGTH = 300

/**
 * What `--gc-log` or `--log` names: a path on this machine; `target:PATH` inside the target; with several targets
 * `NAME:PATH`, or `target:PATH` for those that have such a file.
 */
export async function namedLog(
  option: '--gc-log' | '--log',
  typed: string,
  targets: readonly Target[],
): Promise<NamedLogs> {
  const [, name, inside] = /^([^/]+):(\/.*)$/s.exec(typed) ?? []
  const shown = `${option} ${cleanShort(typed, MAX_NAME_LENGTH)}`
  if (name === undefined || inside === undefined) {
    const [only] = targets
    const path = resolve(typed)
    const reason = await whyUnreadable(path)
    if (reason !== undefined) return { ok: false, says: `${shown}: ${reason}` }
    return {
      ok: true,
      logs: [
        {
          source: { kind: 'file', path },
          ...(targets.length === 1 && only !== undefined && { target: only }),
        },
      ],
    }
  }
  const meant =
    name === 'target' ? targets : targets.filter((target) => [target.name, target.spec].includes(name))
  if (meant.length === 0) {
    const names = ['target', ...targets.map((target) => target.name)].join(', ')
    return {
      ok: false,
      says: `${shown}: no target is called so: one of ${cleanShort(names, MAX_NAME_LENGTH)} was wanted`,
    }
  }
  const reasons: string[] = []
  const logs: ExtraLog[] = []
  for (const target of meant) {
    const path = target.pid === undefined ? undefined : `/proc/${target.pid}/root${inside}`
    const reason =
      path === undefined ? `${target.name} has no process to look into` : await whyUnreadable(path)
    if (path !== undefined && reason === undefined) logs.push({ source: { kind: 'file', path }, target })
    else reasons.push(reason ?? '')
  }
  return logs.length > 0 ? { ok: true, logs } : { ok: false, says: `${shown}: ${reasons[0] ?? ''}` }
}

async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    const handle = await openTargetFile(path)
    await handle.close()
    return undefined
  } catch (error) {
    const isOther = error instanceof Error && 'code' in error && error.code === 'EINVAL'
    return isOther ? 'it is not a regular file' : systemReason(error)
  }
}
