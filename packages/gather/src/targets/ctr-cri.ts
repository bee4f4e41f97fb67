import { z } from 'zod'
import type { ContainerDetail, ListedContainer } from './container.ts'
import { type CriEngine, type ListedPod, podContainer, publishedTcpPorts } from './cri.ts'
import { isRunning } from './ctr-engine.ts'
import type { Ctr, CtrContainer } from './ctr.ts'

/** Where containerd's CRI plugin keeps all that it makes. */
const NAMESPACE = 'k8s.io'
const ofKind = (kind: 'container' | 'sandbox'): string => `labels."io.cri-containerd.kind"==${kind}`

/**
 * Pods of a node whose containerd can be asked by `ctr` alone: the CRI plugin keeps its own records with each container,
 * as JSON (containerd `internal/cri/store/{container,sandbox}/metadata.go`).
 */
export function ctrCriEngine(ctr: Ctr): CriEngine {
  const engine: CriEngine = {
    kind: 'cri',
    async list() {
      const [ids, tasks] = await Promise.all([
        ctr.containers(NAMESPACE, ofKind('container')),
        ctr.tasks(NAMESPACE),
      ])
      if (!ids.ok) return ids
      if (!tasks.ok) return tasks
      const containers = await ctr.describe(NAMESPACE, ids.value)
      return {
        ok: true,
        value: containers.flatMap((container): ListedContainer[] => {
          const record = Container.safeParse(container.cri).data?.Metadata
          if (record === undefined) return []
          const running = isRunning(tasks.value.get(container.id))
          const { id, labels } = container
          return [
            podContainer({
              engine,
              id,
              podId: record.SandboxID,
              name: record.Config.metadata.name,
              labels,
              running,
            }),
          ]
        }),
      }
    },
    async inspect(id) {
      const tasks = await ctr.tasks(NAMESPACE)
      if (!tasks.ok) return tasks
      const [container] = await ctr.describe(NAMESPACE, [id])
      const record = Container.safeParse(container?.cri).data?.Metadata
      if (record === undefined)
        return { ok: false, absent: false, says: 'ctr described the container in a form that is not known' }
      const [sandbox] = await ctr.describe(NAMESPACE, [record.SandboxID])
      const task = tasks.value.get(id)
      return {
        ok: true,
        value: {
          id,
          ...(task !== undefined && isRunning(task)
            ? { pid: task.pid }
            : { stopped: task?.status.toLowerCase() ?? 'exited' }),
          logs: record.LogPath?.startsWith('/') === true ? [{ kind: 'cri', path: record.LogPath }] : [],
          ...networkOf(sandbox),
        },
      }
    },
    async listPods() {
      const [ids, tasks] = await Promise.all([
        ctr.containers(NAMESPACE, ofKind('sandbox')),
        ctr.tasks(NAMESPACE),
      ])
      if (!ids.ok) return ids
      if (!tasks.ok) return tasks
      const sandboxes = await ctr.describe(NAMESPACE, ids.value)
      return {
        ok: true,
        value: sandboxes.flatMap(({ id, cri }): ListedPod[] => {
          const pod = Sandbox.safeParse(cri).data?.Metadata.Config.metadata
          return pod === undefined ? [] : [{ id, ...pod, ready: isRunning(tasks.value.get(id)) }]
        }),
      }
    },
    showCommand: () => `ctr -n ${NAMESPACE} tasks ls`,
  }
  return engine
}

const Text = z.string().max(4096)

const Container = z.object({
  Metadata: z.object({
    SandboxID: Text.regex(/^[0-9a-f]{1,64}$/),
    Config: z.object({ metadata: z.object({ name: Text }) }),
    LogPath: Text.nullish(),
  }),
})

const Sandbox = z.object({
  Metadata: z.object({
    Config: z.object({
      metadata: z.object({ name: Text, namespace: Text }),
      port_mappings: z.unknown().optional(),
    }),
    IP: Text.nullish(),
    AdditionalIPs: z.array(Text).nullish(),
  }),
})

/** Addresses and host ports belong to the pod. */
function networkOf(sandbox: CtrContainer | undefined): Pick<ContainerDetail, 'addresses' | 'publishedPorts'> {
  const record = Sandbox.safeParse(sandbox?.cri).data?.Metadata
  const addresses = [record?.IP ?? '', ...(record?.AdditionalIPs ?? [])]
  return {
    addresses: addresses.filter((address) => address !== ''),
    publishedPorts: publishedTcpPorts(record?.Config.port_mappings),
  }
}
