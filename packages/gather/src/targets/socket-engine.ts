import { z } from 'zod'
import type { Target } from '../target.ts'
import { ago } from './ago.ts'
import type { ContainerDetail, Engine, ListedContainer } from './container.ts'
import { getJson } from './engine-api.ts'
import type { Answer } from './run-program.ts'

/** Docker, or Podman through the same API (docs.docker.com/reference/api/engine, podman's `/containers/json`). */
export function socketEngine(kind: 'docker' | 'podman', socket: string): Engine {
  const engine: Engine = {
    kind,
    async list() {
      const answer = await getJson(socket, '/containers/json?all=1')
      if (!answer.ok) return answer
      const entries = z.array(z.unknown()).safeParse(answer.value)
      if (!entries.success) return { ok: false, absent: false, says: `${socket} answered with no list` }
      return { ok: true, value: entries.data.flatMap((entry) => listed(engine, entry)) }
    },
    async inspect(id) {
      const answer = await getJson(socket, `/containers/${encodeURIComponent(id)}/json`)
      return answer.ok ? detail(socket, answer.value) : answer
    },
  }
  return engine
}

const Text = z.string().max(4096)
const Name = Text.transform((name) => name.replace(/^\//, ''))

const Listed = z.object({
  Id: Text,
  Names: z.array(Name).min(1),
  State: Text,
  Labels: z.record(z.string(), z.unknown()).nullish(),
})

function listed(engine: Engine, entry: unknown): ListedContainer[] {
  const parsed = Listed.safeParse(entry)
  if (!parsed.success) return []
  const { Id, Names, State, Labels } = parsed.data
  // A linked container has `/other/alias` as well; its own name has no slash.
  const name = Names.find((one) => !one.includes('/')) ?? Id.slice(0, SHORT_ID)
  const service = Labels?.['com.docker.compose.service']
  const aliases = typeof service === 'string' ? [service] : []
  return [{ engine, id: Id, name, aliases, running: State === 'running' || State === 'paused' }]
}

const SHORT_ID = 12

const Binding = z.object({ HostIp: Text.nullish(), HostPort: Text })
const Inspected = z.object({
  Id: Text,
  State: z.object({
    Status: Text.nullish(),
    Pid: z.number().int().nonnegative(),
    ExitCode: z.number().int().nullish(),
    StartedAt: Text.nullish(),
    FinishedAt: Text.nullish(),
    OOMKilled: z.boolean().nullish(),
  }),
  HostConfig: z.object({ LogConfig: z.object({ Type: Text.nullish() }).nullish() }).nullish(),
  NetworkSettings: z
    .object({
      Ports: z.record(z.string(), z.array(Binding).nullish()).nullish(),
      Networks: z
        .record(
          z.string(),
          z.object({ IPAddress: Text.nullish(), GlobalIPv6Address: Text.nullish() }).nullish(),
        )
        .nullish(),
    })
    .nullish(),
})

function detail(socket: string, answer: unknown): Answer<ContainerDetail> {
  const parsed = Inspected.safeParse(answer)
  if (!parsed.success)
    return { ok: false, absent: false, says: `${socket} described the container in a form that is not known` }
  const { Id, State, HostConfig, NetworkSettings } = parsed.data
  const startedAtMs = Date.parse(State.StartedAt ?? '')
  const finishedAtMs = Date.parse(State.FinishedAt ?? '')
  const stopped =
    (State.Status === 'exited' || State.Status === 'stopped'
      ? `exited ${State.ExitCode ?? ''}`.trim()
      : (State.Status ?? 'not running')) +
    (State.OOMKilled === true ? ', killed for memory,' : '') +
    // Docker writes year 1 where there is no time.
    (finishedAtMs > 0 ? ` ${ago(finishedAtMs)}` : '')
  const networks = Object.values(NetworkSettings?.Networks ?? {})
  return {
    ok: true,
    value: {
      id: Id,
      ...(State.Pid > 0 ? { pid: State.Pid } : { stopped }),
      ...(startedAtMs > 0 && { startedAtMs }),
      addresses: networks.flatMap((network) =>
        [network?.IPAddress || [], network?.GlobalIPv6Address || []].flat(),
      ),
      publishedPorts: publishedPorts(NetworkSettings?.Ports ?? {}),
      logs: HostConfig?.LogConfig?.Type === 'none' ? [] : [{ kind: 'engine', socket, container: Id }],
    },
  }
}

/** `{ "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }, { HostIp: "::", … }] }`; any address counts once. */
export function publishedPorts(
  ports: Readonly<Record<string, readonly z.infer<typeof Binding>[] | null | undefined>>,
): Target['publishedPorts'] {
  const published = Object.entries(ports).flatMap(([inside, bindings]) => {
    const port = /^(\d+)\/tcp$/.exec(inside)?.[1]
    if (port === undefined) return []
    return (bindings ?? []).map(({ HostIp, HostPort }) => {
      const everywhere = HostIp === undefined || HostIp === null || ['', '0.0.0.0', '::'].includes(HostIp)
      return { host: Number(HostPort), inside: Number(port), ...(!everywhere && { address: HostIp }) }
    })
  })
  const valid = published.filter(({ host }) => Number.isInteger(host) && host > 0 && host <= 65_535)
  return [...new Map(valid.map((port) => [JSON.stringify(port), port])).values()]
}
