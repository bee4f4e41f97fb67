import { z } from 'zod'
import type { LogSource, Target } from '../target.ts'
import { ago } from './ago.ts'
import type { ContainerDetail } from './container.ts'
import type { Answer } from './run-program.ts'

/** Docker's description of a container, which nerdctl imitates. Its log is had from the `socket`, or from files. */
export function dockerDetail(
  source: string,
  answer: unknown,
  log: { readonly socket: string } | { readonly files: readonly LogSource[] },
): Answer<ContainerDetail> {
  const parsed = Inspected.safeParse(answer)
  if (!parsed.success)
    return { ok: false, absent: false, says: `${source} described the container in a form that is not known` }
  const { Id, State, HostConfig, NetworkSettings } = parsed.data
  const runs = State.Pid > 0 && !/^(?:exited|stopped|dead|created)$/i.test(State.Status ?? '')
  const startedAtMs = Date.parse(State.StartedAt ?? '')
  const finishedAtMs = Date.parse(State.FinishedAt ?? '')
  // nerdctl says nothing of one that was not started.
  const stopped =
    (State.Status === 'exited' || State.Status === 'stopped'
      ? `exited ${State.ExitCode ?? ''}`.trim()
      : State.Status === 'restarting'
        ? `restarting after exit ${State.ExitCode ?? ''}`.trim()
        : State.Status || 'not running') +
    (State.OOMKilled === true ? ', killed for memory,' : '') +
    // Docker writes year 1 where there is no time.
    (finishedAtMs > 0 ? ` ${ago(finishedAtMs)}` : '')
  const networks = Object.values(NetworkSettings?.Networks ?? {})
  return {
    ok: true,
    value: {
      id: Id,
      ...(runs ? { pid: State.Pid } : { stopped }),
      ...(startedAtMs > 0 && { startedAtMs }),
      addresses: networks.flatMap((network) =>
        [network?.IPAddress || [], network?.GlobalIPv6Address || []].flat(),
      ),
      publishedPorts: publishedPorts(NetworkSettings?.Ports ?? {}),
      logs:
        'files' in log
          ? log.files
          : HostConfig?.LogConfig?.Type === 'none'
            ? []
            : [{ kind: 'engine', socket: log.socket, container: Id }],
    },
  }
}

const Text = z.string().max(4096)
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

/** `{ "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }, { HostIp: "::", … }] }`; any address counts once. */
function publishedPorts(
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
