import { z } from 'zod'
import type { Target } from '../target.ts'
import type { Engine, ListedContainer } from './container.ts'
import type { Answer } from './run-program.ts'

export interface ListedPod {
  readonly id: string
  readonly name: string
  readonly namespace: string
  readonly ready: boolean
}

/** A runtime that speaks CRI (containerd, CRI-O), which also knows pods. */
export interface CriEngine extends Engine {
  listPods(): Promise<Answer<readonly ListedPod[]>>
  /** The command with which a person sees the containers of a pod. */
  showCommand(podId: string): string
}

interface PodContainer {
  readonly engine: Engine
  readonly id: string
  readonly podId: string
  /** Its own name inside the pod. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly running: boolean
}

/** `POD/CONTAINER`: the container's own name alone is the same in every replica. */
export function podContainer({ engine, id, podId, name, labels, running }: PodContainer): ListedContainer {
  const podName = labels['io.kubernetes.pod.name']
  if (podName === undefined) return { engine, id, name, aliases: [], running, podId }
  const namespace = labels['io.kubernetes.pod.namespace'] ?? 'default'
  const pod = { name: podName, namespace }
  return { engine, id, name: `${podName}/${name}`, aliases: [name, podName], running, podId, pod }
}

/** containerd's records keep the names of cri-api's own fields. */
const PortMapping = z.object({
  protocol: z.union([z.number(), z.string()]).optional(),
  container_port: z.number().int(),
  host_port: z.number().int().optional(),
  host_ip: z.string().max(4096).optional(),
})

/** What CRI-O keeps of them among a sandbox's annotations: its `internal/hostport.PortMapping`, as JSON. */
export function crioPortMappings(text: string): unknown {
  const parsed = z.array(CrioPortMapping).safeParse(jsonOf(text))
  return parsed.data?.map(({ Protocol, ContainerPort, HostPort, HostIP }) => ({
    protocol: Protocol,
    container_port: ContainerPort,
    host_port: HostPort,
    host_ip: HostIP,
  }))
}

const CrioPortMapping = z.object({
  Protocol: z.unknown(),
  ContainerPort: z.unknown(),
  HostPort: z.unknown(),
  HostIP: z.unknown(),
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Of a sandbox's `port_mappings`, those of TCP that the host answers. Protocol 0 is TCP, and protobuf leaves a 0 out. */
export function publishedTcpPorts(mappings: unknown): Target['publishedPorts'] {
  const parsed = z.array(PortMapping).safeParse(mappings)
  return (parsed.data ?? []).flatMap(
    ({ protocol, container_port, host_port, host_ip }): Target['publishedPorts'] => {
      const isTcp = protocol === undefined || protocol === 0 || protocol === 'TCP'
      if (!isTcp || host_port === undefined || host_port === 0) return []
      const address = host_ip !== undefined && host_ip !== '' ? { address: host_ip } : {}
      return [{ host: host_port, inside: container_port, ...address }]
    },
  )
}
