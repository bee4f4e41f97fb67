import type { Target } from '../target.ts'
import { type ContainerDetail, type Engine, type EngineKind, type ListedContainer } from './container.ts'
import { describeProcess } from './describe-process.ts'
import { readStat, readText, startedAtMs } from './proc.ts'
import { type Resolution, safeName, someOf, unresolved } from './resolution.ts'

/** What all engines of the host know, and which of them could not be asked. */
export interface Containers {
  readonly listed: readonly ListedContainer[]
  /** One clause for each engine that is there and did not answer. */
  readonly troubles: readonly string[]
  /** Whether there is any engine. */
  readonly asked: boolean
}

/** Asks every engine at once. A container that two of them know (Docker's are containerd's as well) counts once. */
export async function listContainers(engines: readonly Engine[]): Promise<Containers> {
  const answers = await Promise.all(engines.map((engine) => engine.list()))
  const byId = new Map<string, ListedContainer>()
  for (const container of answers.flatMap((answer) => (answer.ok ? answer.value : [])))
    if (!byId.has(container.id)) byId.set(container.id, container)
  const troubles = answers.flatMap((answer) => (answer.ok || answer.absent ? [] : [answer.says]))
  const asked = answers.some((answer) => answer.ok || !answer.absent)
  return { listed: [...byId.values()], troubles: [...new Set(troubles)], asked }
}

/**
 * The containers that a name means: by exact name; else by the beginning of the id; else by a name that several may
 * share. Running ones stand for themselves where a stopped one has the same shared name.
 */
export function containersNamed(wanted: string, listed: readonly ListedContainer[]): ListedContainer[] {
  const byName = listed.filter(({ name }) => name === wanted)
  if (byName.length > 0) return preferRunning(byName)
  const byId = /^[0-9a-f]{3,64}$/.test(wanted) ? listed.filter(({ id }) => id.startsWith(wanted)) : []
  if (byId.length > 0) return byId
  return preferRunning(listed.filter(({ aliases }) => aliases.includes(wanted)))
}

function preferRunning(containers: readonly ListedContainer[]): ListedContainer[] {
  const running = containers.filter((container) => container.running)
  return running.length > 0 ? running : [...containers]
}

/** One container that was found by name, as a target; several are named. `typed` is for the messages. */
export async function resolveContainer(
  typed: string,
  found: readonly ListedContainer[],
  spec: string,
): Promise<Resolution> {
  const [container] = found
  if (container === undefined || found.length > 1) return ambiguous(typed, found)
  const { engine, name } = container
  const answer = await engine.inspect(container.id)
  if (!answer.ok)
    return unresolved(`container '${name}' (${engine.kind}) could not be looked at: ${answer.says}`)
  const detail = answer.value
  if (detail.pid === undefined)
    return unresolved(
      `container '${name}' (${engine.kind}) is stopped (${detail.stopped ?? 'not running'}): ${startAdvice(container)}`,
    )
  if (!(await isSeenHere(detail, detail.pid)))
    return unresolved(
      `container '${name}' (${engine.kind}) runs as pid ${detail.pid}, which is not that process here: the engine runs on ` +
        'another machine or outside of this pid namespace; run whyreset where the engine runs',
    )
  const facts = await describeProcess(detail.pid, detail.logs)
  if (facts === undefined)
    return unresolved(`container '${name}' (${engine.kind}) ended just now: ${startAdvice(container)}`)
  const { command: _, addresses, ...process } = facts
  return {
    ok: true,
    target: {
      name: safeName(name),
      kind: engine.kind,
      // An id is another one after a restart by Compose or the kubelet, and a shared name may mean another container.
      spec: [name, `${engine.kind}:${name}`].includes(spec) ? spec : `${engine.kind}:${name}`,
      ...process,
      addresses: addresses.length > 0 ? addresses : detail.addresses,
      publishedPorts: detail.publishedPorts,
    } satisfies Target,
  }
}

function ambiguous(typed: string, found: readonly ListedContainer[]): Resolution {
  const names = found.map(({ name }) => name)
  const candidates = found.map((container) => {
    const isUnique = names.filter((name) => name === container.name).length === 1
    return `${container.engine.kind}:${isUnique ? container.name : container.id.slice(0, SHORT_ID)}`
  })
  const shown = found.map(({ name, engine, pod, id }, at) => {
    const where = pod === undefined ? engine.kind : `pod ${pod.namespace}/${pod.name}`
    return candidates[at] === `${engine.kind}:${name}`
      ? `${name} (${where})`
      : `${engine.kind}:${id.slice(0, SHORT_ID)} (${where})`
  })
  return unresolved(`'${typed}' names ${found.length} containers: ${someOf(shown)}: name one`, candidates)
}

const SHORT_ID = 12

/** A command that starts it again, where the engine has one. */
function startAdvice({ engine, name }: ListedContainer): string {
  const commands: Record<EngineKind, string> = {
    docker: `start it (docker start ${name}), or name one that runs`,
    podman: `start it (podman start ${name}), or name one that runs`,
    containerd: 'start it, or name one that runs',
    cri: 'the kubelet starts another in its place; name the pod (pod/NAME -n NAMESPACE)',
  }
  return commands[engine.kind]
}

/** Twice what the slowest engine takes from its stamp to the process; milliseconds. */
const MAX_START_DIFFERENCE_MS = 60_000

/**
 * Whether the engine's pid is the container's process in our /proc: its control group names the container, or it began
 * when the engine says. An engine in a virtual machine, or a whyreset in a container, would point to a stranger.
 */
async function isSeenHere(detail: ContainerDetail, pid: number): Promise<boolean> {
  const stat = await readStat(pid)
  if (stat === undefined) return false
  if ((await readText(`/proc/${pid}/cgroup`))?.includes(detail.id) === true) return true
  const began = await startedAtMs(stat)
  return (
    began === undefined ||
    detail.startedAtMs === undefined ||
    Math.abs(began - detail.startedAtMs) < MAX_START_DIFFERENCE_MS
  )
}
