import { existsSync } from 'node:fs'
import { z } from 'zod'
import type { LogSource } from '../target.ts'
import { ago } from './ago.ts'
import type { ContainerDetail, Engine, ListedContainer } from './container.ts'
import { type CriEngine, crioPortMappings, type ListedPod, podContainer, publishedTcpPorts } from './cri.ts'
import { type Answer, runForJson } from './run-program.ts'
import type { Sources } from './sources.ts'

/**
 * CRI through `crictl -o json`: messages of cri-api `runtime/v1/api.proto` as protobuf writes JSON, so 64-bit numbers are
 * strings; `info` is the runtime's own and holds the pid with containerd and CRI-O alike.
 */
export function crictlEngine(sources: Sources): CriEngine {
  const socket = sources.criSockets.find((path) => existsSync(path))
  const endpoint = socket === undefined ? [] : ['--runtime-endpoint', `unix://${socket}`]
  // Without an endpoint crictl tries those that it knows, which are not there, and says so at length.
  const isHopeless = socket === undefined && sources.criSockets.length > 0
  const ask = (...args: string[]): Promise<Answer<unknown>> =>
    isHopeless ? Promise.resolve(ABSENT) : runForJson(sources.crictl, [...endpoint, ...args])
  const engine: CriEngine = {
    kind: 'cri',
    async list() {
      const answer = await ask('ps', '-a', '-o', 'json')
      if (!answer.ok) return answer
      const parsed = z.object({ containers: z.array(z.unknown()).nullish() }).safeParse(answer.value)
      return { ok: true, value: (parsed.data?.containers ?? []).flatMap((entry) => listed(engine, entry)) }
    },
    async inspect(id) {
      const answer = await ask('inspect', '-o', 'json', id)
      if (!answer.ok) return answer
      const parsed = Inspected.safeParse(answer.value)
      if (!parsed.success)
        return {
          ok: false,
          absent: false,
          says: 'crictl described the container in a form that is not known',
        }
      const pod = parsed.data.info?.sandboxID
      return {
        ok: true,
        value: {
          ...detail(parsed.data),
          ...(pod !== undefined && podNetwork(await ask('inspectp', '-o', 'json', pod))),
        },
      }
    },
    async listPods() {
      const answer = await ask('pods', '-o', 'json')
      if (!answer.ok) return answer
      const parsed = z.object({ items: z.array(z.unknown()).nullish() }).safeParse(answer.value)
      return { ok: true, value: (parsed.data?.items ?? []).flatMap(listedPod) }
    },
    showCommand: (podId) => `crictl ps -a --pod ${podId.slice(0, SHORT_ID)}`,
  }
  return engine
}

const ABSENT = { ok: false, absent: true, says: 'no CRI socket is here' } as const

/** As crictl shows it. */
const SHORT_ID = 13

const Text = z.string().max(4096)

const Listed = z.object({
  id: Text,
  podSandboxId: Text,
  metadata: z.object({ name: Text }),
  state: Text,
  labels: z.record(z.string(), Text).nullish(),
})

function listed(engine: Engine, entry: unknown): ListedContainer[] {
  const parsed = Listed.safeParse(entry)
  if (!parsed.success) return []
  const { id, podSandboxId, metadata, state, labels } = parsed.data
  const running = state === 'CONTAINER_RUNNING'
  return [
    podContainer({ engine, id, podId: podSandboxId, name: metadata.name, labels: labels ?? {}, running }),
  ]
}

const Pod = z.object({ id: Text, state: Text, metadata: z.object({ name: Text, namespace: Text }) })

function listedPod(entry: unknown): ListedPod[] {
  const parsed = Pod.safeParse(entry)
  if (!parsed.success) return []
  const { id, state, metadata } = parsed.data
  return [{ id, name: metadata.name, namespace: metadata.namespace, ready: state === 'SANDBOX_READY' }]
}

const Inspected = z.object({
  status: z.object({
    id: Text,
    state: Text,
    startedAt: Text.nullish(),
    finishedAt: Text.nullish(),
    exitCode: z.number().int().nullish(),
    reason: Text.nullish(),
    logPath: Text.nullish(),
  }),
  info: z.object({ pid: z.number().int().nonnegative().optional(), sandboxID: Text.optional() }).optional(),
})

function detail({ status, info }: z.infer<typeof Inspected>): ContainerDetail {
  const pid = status.state === 'CONTAINER_RUNNING' ? info?.pid : undefined
  const startedAtMs = Date.parse(status.startedAt ?? '')
  const finishedAtMs = Date.parse(status.finishedAt ?? '')
  const reason =
    status.reason === undefined || status.reason === null || status.reason === '' ? '' : ` (${status.reason})`
  const stopped =
    status.state === 'CONTAINER_EXITED'
      ? `exited ${status.exitCode ?? 0}${reason}${finishedAtMs > 0 ? ` ${ago(finishedAtMs)}` : ''}`
      : status.state.replace(/^CONTAINER_/, '').toLowerCase()
  const logs: LogSource[] =
    status.logPath?.startsWith('/') === true ? [{ kind: 'cri', path: status.logPath }] : []
  return {
    id: status.id,
    ...(pid === undefined || pid === 0 ? { stopped } : { pid }),
    ...(startedAtMs > 0 && { startedAtMs }),
    addresses: [],
    publishedPorts: [],
    logs,
  }
}

/** Others may be as long as a manifest. */
const CrioAnnotations = z.object({ 'io.kubernetes.cri-o.PortMappings': z.string().optional() })

const Sandbox = z.object({
  status: z.object({
    network: z
      .object({ ip: Text.nullish(), additionalIps: z.array(z.object({ ip: Text })).nullish() })
      .nullish(),
  }),
  info: z
    .object({
      /** containerd's. */
      config: z.object({ port_mappings: z.unknown().optional() }).nullish(),
      /** CRI-O has no configuration to show. */
      runtimeSpec: z.object({ annotations: CrioAnnotations.nullish() }).nullish(),
    })
    .nullish(),
})

/** Addresses and host ports belong to the pod. */
function podNetwork(
  answer: Answer<unknown>,
): Pick<ContainerDetail, 'addresses' | 'publishedPorts'> | undefined {
  const parsed = answer.ok ? Sandbox.safeParse(answer.value) : undefined
  if (parsed?.data === undefined) return undefined
  const { info, status } = parsed.data
  const { network } = status
  const ofCrio = info?.runtimeSpec?.annotations?.['io.kubernetes.cri-o.PortMappings']
  const mappings = ofCrio === undefined ? info?.config?.port_mappings : crioPortMappings(ofCrio)
  const addresses = [network?.ip ?? '', ...(network?.additionalIps ?? []).map(({ ip }) => ip)]
  return {
    addresses: addresses.filter((address) => address !== ''),
    publishedPorts: publishedTcpPorts(mappings),
  }
}
