import type { LogSource } from '../target.ts'
import type { Engine } from './container.ts'
import { describeProcess, fingerprintOf } from './describe-process.ts'
import { readAllStats, readText } from './proc.ts'
import { listContainers } from './resolve-container.ts'
import { type Resolution, safeName, unresolved } from './resolution.ts'

/** A process by its pid. One that lives in a container or a unit has that one's log as well. */
export async function resolvePid(pid: number, engines: readonly Engine[], spec: string): Promise<Resolution> {
  const facts = await describeProcess(pid, await outputLogsOf(pid, engines), true)
  if (facts === undefined)
    return unresolved(`there is no process ${pid}: name one that runs (ps -e), or a container`)
  const { command, ...process } = facts
  return {
    ok: true,
    target: {
      name: safeName(`${command}-${process.pid}`),
      kind: 'pid',
      spec,
      publishedPorts: [],
      ...process,
    },
  }
}

/** The process that runs the same program with the same arguments in the same folder, where there is only one. */
export async function resolveFingerprint(
  fingerprint: string,
  engines: readonly Engine[],
  spec: string,
): Promise<Resolution> {
  const stats = await readAllStats()
  const prints = await Promise.all(stats.map(({ pid }) => fingerprintOf(pid)))
  const same = stats.filter((_, at) => prints[at] === fingerprint)
  const [first] = same
  if (first === undefined) return unresolved(`the process of '${spec}' has ended, and none like it runs`)
  // A server that forks looks the same in each worker; the one whose parent is not among them leads.
  const leaders = same.filter(({ parent }) => !same.some(({ pid }) => pid === parent))
  const [leader] = leaders
  if (leaders.length === 1 && leader !== undefined) return resolvePid(leader.pid, engines, spec)
  const candidates = leaders.map(({ pid }) => `pid:${pid}`)
  return unresolved(
    `the process of '${spec}' has ended, and ${leaders.length} like it run: ${candidates.join(', ')}: name one`,
    candidates,
  )
}

async function outputLogsOf(pid: number, engines: readonly Engine[]): Promise<readonly LogSource[]> {
  const groups = (await readText(`/proc/${pid}/cgroup`)) ?? ''
  const container = CONTAINER_GROUP.exec(groups)?.[1]
  if (container !== undefined) {
    const { listed } = await listContainers(engines)
    const answer = await listed.find(({ id }) => id === container)?.engine.inspect(container)
    if (answer?.ok === true) return answer.value.logs
  }
  const unit = UNIT_GROUP.exec(groups)?.[1]
  return unit === undefined ? [] : [{ kind: 'journal', unit }]
}

/** `/docker/ID`, `docker-ID.scope`, `libpod-ID`, `cri-containerd-ID.scope`, `crio-ID.scope`, `/kubepods/…/ID`. */
const CONTAINER_GROUP = /[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m
/** Of a unit of the system; those of a user's own session have their journal elsewhere. */
const UNIT_GROUP = /:\/system\.slice\/(?:[\w.\\@:-]+\.slice\/)*([\w.\\@:-]+\.service)(?:\/|$)/m
