import { existsSync } from 'node:fs'
import type { EngineKind } from './container.ts'
import { readAllStats } from './proc.ts'
import type { Containers } from './resolve-container.ts'
import { type Resolution, similarNames, someOf, unresolved } from './resolution.ts'
import { shown } from './run-program.ts'
import type { Sources } from './sources.ts'

interface Looked {
  readonly containers: Containers
  /** Names of network namespaces. */
  readonly namespaces: readonly string[]
  readonly what: string
  readonly scheme: string
  /** Why none can be there, where that is known. */
  readonly absent?: string | undefined
}

/** What there is instead: what runs, the names like it, which engine could not be asked, and what may be typed. */
export function unknownTarget(typed: string, looked: Looked, pids: readonly number[] = []): Resolution {
  const { containers, namespaces, what, scheme, absent } = looked
  const { listed, troubles } = containers
  const running = listed.filter((container) => container.running).map(({ name }) => name)
  const similar = similarNames(typed, [...listed.map(({ name }) => name), ...namespaces])
  const [first] = similar
  const name = `'${shown(typed, 80)}'`
  const mayBeThere = troubles.length > 0 && listed.length === 0
  const processes = pids.map((pid) => `pid:${pid}`)
  const there = [
    running.length > 0 ? `running: ${someOf(running)}` : [],
    processes.length > 0 ? `processes called so: ${someOf(processes)}` : [],
    namespaces.length > 0 ? `network namespaces: ${someOf(namespaces)}` : [],
  ].flat()
  const says = [
    mayBeThere
      ? `cannot tell whether a ${what} is called ${name}: ${someOf(troubles)}`
      : `no ${what} is called ${name}`,
    ...(absent === undefined || mayBeThere ? [] : [absent]),
    ...there,
    ...(first === undefined
      ? []
      : similar.length === 1
        ? [`did you mean '${shown(first, 80)}'?`]
        : [`did you mean one of ${someOf(similar)}?`]),
    ...(there.length > 0 || first !== undefined ? [] : [WHAT_ELSE]),
  ].join('; ')
  const candidates = [
    ...processes,
    ...(similar.length > 0 ? similar : [...running, ...namespaces]).map((candidate) => scheme + candidate),
  ]
  return unresolved(
    troubles.length > 0 && !mayBeThere ? `${says} (not asked: ${someOf(troubles)})` : says,
    candidates,
  )
}

/** What always has a name of its own. */
const WHAT_ELSE = 'type a pid (pid:1234, see ps -e), a unit (NAME.service), /proc/PID/ns/net, or host'

/** Those that go by the name that was typed for something else. */
export async function pidsCalled(name: string): Promise<number[]> {
  const stats = await readAllStats()
  const typed = name.slice(0, MAX_COMMAND)
  return stats.filter(({ pid, command }) => command === typed && pid !== process.pid).map(({ pid }) => pid)
}

/** include/linux/sched.h TASK_COMM_LEN, without the zero. */
const MAX_COMMAND = 15

/** Why an engine of which nothing answered cannot have any container. */
export function whyAbsent(kind: EngineKind, sources: Sources): string {
  const reasons: Record<EngineKind, () => string> = {
    docker: () => 'Docker is not here (DOCKER_HOST=unix:///PATH names its socket)',
    podman: () => 'Podman is not here (CONTAINER_HOST=unix:///PATH names its socket)',
    containerd: () =>
      sources.containerdSockets.some((path) => existsSync(path))
        ? 'ctr and nerdctl are not here: install one'
        : 'containerd is not here (CONTAINERD_ADDRESS=/PATH names its socket)',
    cri: () => whyNoCri(sources),
  }
  return reasons[kind]()
}

/** Why no container is known at all. */
export function whyNoEngine(sources: Sources): string {
  const isThere = [...sources.containerdSockets, ...sources.criSockets].some((path) => existsSync(path))
  return isThere ? whyNoCri(sources) : 'no container engine is here'
}

/** Why nobody can be asked about pods. */
export function whyNoCri({ criSockets, containerdSockets }: Sources): string {
  if (containerdSockets.some((path) => existsSync(path)))
    return 'crictl and ctr are not here: install one (cri-tools, containerd)'
  if (criSockets.length === 0 || criSockets.some((path) => existsSync(path)))
    return 'crictl is not here: install cri-tools'
  return (
    'no container runtime is here: no socket of containerd, CRI-O or cri-dockerd ' +
    '(CONTAINER_RUNTIME_ENDPOINT=unix:///PATH names one)'
  )
}
