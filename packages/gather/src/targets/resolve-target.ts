import { realpath } from 'node:fs/promises'
import type { Target } from '../target.ts'
import type { Engine } from './container.ts'
import { containerdEngines } from './containerd-engine.ts'
import type { CriEngine } from './cri.ts'
import { criEngine } from './cri-engine.ts'
import { openListener } from './jvm-attach.ts'
import { podmanEngine } from './podman-engine.ts'
import { readStat, startedAtMs } from './proc.ts'
import { containersNamed, listContainers, resolveContainer } from './resolve-container.ts'
import { givenNames, namedNamespaces, resolveHost, resolveNamespacePath } from './resolve-namespace.ts'
import { findPodAgain, resolvePod } from './resolve-pod.ts'
import { resolveFingerprint, resolvePid } from './resolve-process.ts'
import { type Resolution, unresolved } from './resolution.ts'
import { shown } from './run-program.ts'
import { socketEngine } from './socket-engine.ts'
import { defaultSources, type Sources } from './sources.ts'
import { resolveUnit, unknownUnit, UNIT_NAME } from './systemd.ts'
import { pidsCalled, unknownTarget, whyAbsent, whyNoCri, whyNoEngine } from './unknown-target.ts'

export interface ResolveOptions {
  /** Kubernetes namespace of `pod/NAME`. */
  readonly namespace?: string
  /** A JVM whose garbage-collection log is not found is made to open its attach listener, and asked. */
  readonly attach?: boolean
  /** Other places to look than the host's usual ones. */
  readonly sources?: Partial<Sources>
}

/**
 * What was typed → the running thing. `docker:`, `podman:`, `cri:`, `containerd:`, `netns:`, `systemd:` and `pid:` say
 * where to look; a bare name is a container first, then a namespace, then a unit. Never throws for an unknown name:
 * answers with what was found.
 */
export async function resolveTarget(spec: string, options: ResolveOptions = {}): Promise<Resolution> {
  return attached(options, () => resolveOnce(spec, options))
}

async function resolveOnce(spec: string, options: ResolveOptions): Promise<Resolution> {
  const typed = spec.trim()
  if (typed === '' || typed.length > MAX_SPEC || /[^\x20-\x7e]/.test(typed))
    return unresolved('a target is a container, pod/NAME, unit.service, pid, host or a network namespace')
  const sources = { ...defaultSources(), ...options.sources }
  const cri = criEngine(sources)
  const pod = POD.exec(typed)?.groups
  if (pod?.['name'] !== undefined)
    return resolvePod(pod['name'], pod['namespace'] ?? options.namespace, cri, whyNoCri(sources))
  if (/^pods?\//i.test(typed))
    return unresolved(
      `'${shown(typed, 80)}' cannot be a pod: type pod/NAME or pod/NAMESPACE/NAME, in small letters`,
    )
  const engines = await enginesOf(sources, cri)
  const [, scheme, name = ''] = SCHEME.exec(typed) ?? []
  if (scheme !== undefined && name === '') return unresolved(`'${typed}' names nothing: type ${scheme}:NAME`)
  switch (scheme) {
    case 'docker':
    case 'podman':
    case 'cri':
    case 'containerd': {
      const containers = await listContainers(engines.filter(({ kind }) => kind === scheme))
      const found = containersNamed(name, containers.listed)
      if (found.length === 0) {
        const absent = containers.asked ? undefined : whyAbsent(scheme, sources)
        const what = `${scheme} container`
        return unknownTarget(name, { containers, namespaces: [], what, scheme: `${scheme}:`, absent })
      }
      return resolveContainer(name, found, typed)
    }
    case 'netns':
      return resolveNamespace(name, sources, typed)
    case 'pid':
      if (!PID.test(name)) return unresolved(`'${shown(name)}' is no pid: type pid:1234`)
      return resolvePid(Number(name), engines, typed)
    case 'systemd': {
      const unit = UNIT_NAME.test(name) ? name : `${name}.service`
      return (await resolveUnit(unit, sources, typed)) ?? unknownUnit(unit, sources)
    }
    case undefined:
    default:
      return resolveBare(typed, engines, sources, cri)
  }
}

/** The same target after a restart: for watch. A process without a name is known again by its program and arguments. */
export async function findAgain(target: Target, options: ResolveOptions = {}): Promise<Resolution> {
  return attached(options, () => findOnce(target, options))
}

async function findOnce(target: Target, options: ResolveOptions): Promise<Resolution> {
  const sources = { ...defaultSources(), ...options.sources }
  const cri = criEngine(sources)
  switch (target.kind) {
    case 'host':
      return resolveHost()
    case 'netns':
      return resolveNamespacePath(target.networkNamespace, target.spec)
    case 'pid':
      return findProcessAgain(target, await enginesOf(sources, cri))
    case 'systemd':
      return resolveOnce(withScheme(target), options)
    case 'cri':
    case 'docker':
    case 'podman':
    case 'containerd':
      if (target.spec.startsWith('pod/')) return findPodAgain(target.spec, cri, whyNoCri(sources))
      return resolveOnce(withScheme(target), options)
  }
}

/** Looks once more when a JVM could be made to say where it logs. */
async function attached(options: ResolveOptions, look: () => Promise<Resolution>): Promise<Resolution> {
  const found = await look()
  if (options.attach !== true || !found.ok || found.target.gcLogs.length > 0) return found
  const { runtime } = found.target
  if (runtime?.kind !== 'jvm' || runtime.attach !== undefined) return found
  const refused = await openListener(runtime.pid)
  if (refused === undefined) return look()
  return { ok: true, target: { ...found.target, runtime: { ...runtime, attach: { refused } } } }
}

async function findProcessAgain(target: Target, engines: readonly Engine[]): Promise<Resolution> {
  if (target.pid !== undefined && (await isStill(target.pid, target.startedAt)))
    return resolvePid(target.pid, engines, target.spec)
  if (target.fingerprint === undefined) return unresolved(`the process of '${target.spec}' has ended`)
  return resolveFingerprint(target.fingerprint, engines, target.spec)
}

/** A bare name is looked for where it was found, not among everything else. */
function withScheme({ kind, spec }: Target): string {
  return SCHEME.test(spec) ? spec : `${kind}:${spec}`
}

const MAX_SPEC = 4096
const PID = /^[1-9]\d{0,6}$/
/** `-n` may stand inside as well: it is how a target names its pod for later. */
const POD = /^pods?\/(?:(?<namespace>[a-z0-9][a-z0-9-]*)\/)?(?<name>[a-z0-9][a-z0-9.-]*)$/
const SCHEME = /^(docker|podman|cri|containerd|netns|pid|systemd):(.*)$/

/** In the order in which a container that several of them know is reported. */
async function enginesOf(sources: Sources, cri: CriEngine): Promise<Engine[]> {
  // Docker's socket is often a link to Podman's, and then it is Podman that answers.
  const podman = await Promise.all(sources.podmanSockets.map(realPath))
  const docker = (await Promise.all(sources.dockerSockets.map(realPath))).filter(
    (socket) => !podman.includes(socket),
  )
  return [
    ...[...new Set(docker)].map((socket) => socketEngine('docker', socket)),
    podmanEngine(
      [...new Set(podman)].map((socket) => socketEngine('podman', socket)),
      sources.podman,
    ),
    cri,
    ...containerdEngines(sources),
  ]
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

async function resolveNamespace(name: string, sources: Sources, spec: string): Promise<Resolution> {
  if (name.startsWith('/')) return resolveNamespacePath(name, spec)
  const named = await namedNamespaces(sources.netnsFolders)
  const found = named.find((namespace) => namespace.name === name)
  if (found !== undefined) return resolveNamespacePath(found.path, spec)
  const containers = { listed: [], troubles: [], asked: false }
  const namespaces = givenNames(named)
  return unknownTarget(name, { containers, namespaces, what: 'network namespace', scheme: 'netns:' })
}

async function resolveBare(
  typed: string,
  engines: readonly Engine[],
  sources: Sources,
  cri: CriEngine,
): Promise<Resolution> {
  if (typed === 'host') return resolveHost()
  if (typed.startsWith('/')) return resolveNamespacePath(typed, typed)
  if (PID.test(typed) && (await readStat(Number(typed))) !== undefined)
    return resolvePid(Number(typed), engines, typed)
  const containers = await listContainers(engines)
  const found = containersNamed(typed, containers.listed)
  const [{ pod, podId } = {}] = found
  if (pod?.name === typed && found.every((container) => container.podId === podId))
    return resolvePod(pod.name, pod.namespace, cri, whyNoCri(sources))
  if (found.length > 0) return resolveContainer(typed, found, typed)
  const named = await namedNamespaces(sources.netnsFolders)
  const namespace = named.find(({ name }) => name === typed)
  if (namespace !== undefined) return resolveNamespacePath(namespace.path, typed)
  if (!typed.includes('/')) {
    const unit = await resolveUnit(UNIT_NAME.test(typed) ? typed : `${typed}.service`, sources, typed)
    if (unit !== undefined) return unit
    if (UNIT_NAME.test(typed)) return unknownUnit(typed, sources)
  }
  if (PID.test(typed))
    return unresolved(
      `there is no process ${typed} (see ps -e), and no container's id begins so: name one that runs`,
    )
  const namespaces = givenNames(named)
  const absent = containers.asked ? undefined : whyNoEngine(sources)
  const looked = { containers, namespaces, what: 'container, namespace or unit', scheme: '', absent }
  return unknownTarget(typed, looked, await pidsCalled(typed))
}

async function isStill(pid: number, startedAt: string | undefined): Promise<boolean> {
  const stat = await readStat(pid)
  const began = stat === undefined ? undefined : await startedAtMs(stat)
  if (began === undefined) return false
  // The start is the wall clock minus an uptime of 10 ms steps, so the same process is not always the same to the millisecond.
  return startedAt === undefined || Math.abs(began - Date.parse(startedAt)) < MAX_SAME_START_MS
}

/** A pid comes again after thousands of others; a clock that is being slewed stays within this. */
const MAX_SAME_START_MS = 5000
