import type { CriEngine, ListedPod } from './cri.ts'
import { describeProcess } from './describe-process.ts'
import { findMainProcess } from './main-process.ts'
import { type Resolution, safeName, similarNames, someOf, unresolved } from './resolution.ts'
import { shown } from './run-program.ts'

/** A pod of this node. Its containers share one network; the one that talks most like a server stands for it. */
export async function resolvePod(
  name: string,
  namespace: string | undefined,
  engine: CriEngine,
  whyAbsent: string,
): Promise<Resolution> {
  const pods = await engine.listPods()
  if (!pods.ok)
    return unresolved(
      pods.absent
        ? `pod/${shown(name, 80)} cannot be looked for, as ${whyAbsent}; or name a process of it on its node (pid:1234)`
        : `pod/${shown(name, 80)} could not be looked for: ${pods.says}`,
    )
  const named = pods.value.filter(
    (pod) => pod.name === name && (namespace === undefined || pod.namespace === namespace),
  )
  const ready = named.filter((pod) => pod.ready)
  const [pod] = ready
  if (pod === undefined) return unknownPod(name, namespace, named.length > 0, pods.value)
  if (ready.length > 1) {
    const candidates = ready.map(specOf).toSorted()
    return unresolved(`'pod/${name}' names ${ready.length} pods: ${someOf(candidates)}: name one`, candidates)
  }
  return describePod(pod, engine)
}

/** The pod that took the place of one that is gone: same set or deployment, another ending. */
export async function findPodAgain(spec: string, engine: CriEngine, whyAbsent: string): Promise<Resolution> {
  const [, namespace = '', name = ''] = spec.split('/')
  const same = await resolvePod(name, namespace, engine, whyAbsent)
  if (same.ok) return same
  const pods = await engine.listPods()
  const owner = ownerOf(name)
  const successors = (pods.ok ? pods.value : []).filter(
    (pod) => pod.ready && pod.namespace === namespace && pod.name !== name && ownerOf(pod.name) === owner,
  )
  const [successor] = successors
  return successor !== undefined && successors.length === 1 ? describePod(successor, engine) : same
}

function specOf(pod: ListedPod): string {
  return `pod/${pod.namespace}/${pod.name}`
}

/** `web-6d5f8b9c7d-x2x4z` → `web` (a deployment's replica set and pod), `agent-x2x4z` → `agent` (apimachinery `rand.String`). */
function ownerOf(name: string): string {
  return name.replace(/(?:-[bcdf-hj-np-tv-z2456789]{6,10})?-[bcdf-hj-np-tv-z2456789]{5}$/, '')
}

async function describePod(pod: ListedPod, engine: CriEngine): Promise<Resolution> {
  const spec = specOf(pod)
  const listed = await engine.list()
  const containers = (listed.ok ? listed.value : []).filter((one) => one.podId === pod.id && one.running)
  const answers = await Promise.all(containers.map(({ id }) => engine.inspect(id)))
  const details = answers.flatMap((answer) => (answer.ok ? answer.value : []))
  const mains = await Promise.all(
    details.map(async (detail) => {
      const main = detail.pid === undefined ? undefined : await findMainProcess(detail.pid)
      return main === undefined ? [] : [{ detail, rank: main.rank }]
    }),
  )
  const [best] = mains.flat().toSorted((a, b) => b.rank - a.rank)
  if (best?.detail.pid === undefined)
    return unresolved(`no container of ${spec} runs on this node: see ${engine.showCommand(pod.id)}`)
  const facts = await describeProcess(best.detail.pid, best.detail.logs)
  if (facts === undefined) return unresolved(`${spec} ended just now: see ${engine.showCommand(pod.id)}`)
  const { command: _, addresses, logs, ...process } = facts
  const others = details.filter((detail) => detail !== best.detail).flatMap((detail) => detail.logs)
  return {
    ok: true,
    target: {
      name: safeName(pod.name),
      kind: 'cri',
      spec,
      ...process,
      addresses: addresses.length > 0 ? addresses : best.detail.addresses,
      publishedPorts: best.detail.publishedPorts,
      logs: [...logs, ...others],
    },
  }
}

function unknownPod(
  name: string,
  namespace: string | undefined,
  isStopped: boolean,
  pods: readonly ListedPod[],
): Resolution {
  const where = namespace === undefined ? '' : ` in namespace ${shown(namespace, 80)}`
  if (isStopped)
    return unresolved(`pod '${shown(name, 80)}'${where} is on this node but does not run (sandbox not ready)`)
  const ready = pods.filter((pod) => pod.ready)
  const elsewhere = ready.filter((pod) => pod.name === name)
  const similar = similarNames(
    name,
    ready.map((pod) => pod.name),
  )
  const candidates = (
    elsewhere.length > 0 ? elsewhere : ready.filter((pod) => similar.includes(pod.name))
  ).map(specOf)
  const others = candidates.length > 0 ? `; did you mean ${someOf(candidates)}?` : ''
  const all = ready.length > 0 ? `; running: ${someOf(ready.map(specOf))}` : '; no pod runs here'
  return unresolved(
    `no pod on this node is called '${shown(name, 80)}'${where}${all}${others}`,
    candidates.length > 0 ? candidates : ready.map(specOf),
  )
}
