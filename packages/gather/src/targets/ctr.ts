import { z } from 'zod'
import { CONTAINERD_ID } from './in-namespaces.ts'
import { type Answer, runForJson, runProgram } from './run-program.ts'

/** What containerd's own client tells of one containerd. Containers are configuration; a task is what runs of one. */
export interface Ctr {
  namespaces(): Promise<Answer<string>>
  /** Ids in a namespace; `filter` as containerd's `filters` package has it. */
  containers(namespace: string, filter: string): Promise<Answer<readonly string[]>>
  tasks(namespace: string): Promise<Answer<ReadonlyMap<string, CtrTask>>>
  /** Of those that are gone by now, or that cannot be read, nothing is told. */
  describe(namespace: string, ids: readonly string[]): Promise<readonly CtrContainer[]>
}

export interface CtrTask {
  readonly pid: number
  /** `RUNNING`, `PAUSED`, `STOPPED`, `CREATED`. */
  readonly status: string
}

export interface CtrContainer {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  /** Of a container of containerd's CRI plugin: the JSON that the plugin keeps with it. */
  readonly cri: unknown
}

/** Pods with hundreds of containers do not fit on a node (110 pods by default). */
const MAX_DESCRIBED = 1024
/** Programs that run at once; each takes 15 to 20 ms. */
const AT_ONCE = 8
/** A socket that a dead containerd left behind is dialled for ten seconds otherwise. */
const CONNECT_TIMEOUT = '3s'

export function createCtr(program: string, socket: string): Ctr {
  const common = ['--address', socket, '--connect-timeout', CONNECT_TIMEOUT]
  const inside = (namespace: string): string[] => [...common, '--namespace', namespace]
  return {
    namespaces: () => runProgram(program, [...common, 'namespaces', 'ls', '-q']),
    async containers(namespace, filter) {
      const answer = await runProgram(program, [...inside(namespace), 'containers', 'ls', '-q', filter])
      return answer.ok
        ? { ok: true, value: answer.value.split('\n').filter((id) => CONTAINERD_ID.test(id)) }
        : answer
    },
    async tasks(namespace) {
      const answer = await runProgram(program, [...inside(namespace), 'tasks', 'ls'])
      if (!answer.ok) return answer
      // There is no JSON of tasks: `TASK PID STATUS` in columns.
      const rows = answer.value.matchAll(/^(\S+) +(\d+) +([A-Z]+) *$/gm)
      return {
        ok: true,
        value: new Map([...rows].map(([, id = '', pid, status = '']) => [id, { pid: Number(pid), status }])),
      }
    },
    async describe(namespace, ids) {
      const pending = ids.slice(0, MAX_DESCRIBED)
      const found: CtrContainer[] = []
      const work = async (): Promise<void> => {
        for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
          const answer = await runForJson(program, [...inside(namespace), 'containers', 'info', id])
          const parsed = answer.ok ? Info.safeParse(answer.value) : undefined
          if (parsed?.data !== undefined) found.push(described(parsed.data))
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return found.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}

const Text = z.string().max(65_536)
const Info = z.object({
  ID: Text,
  Labels: z.record(z.string(), Text).nullish(),
  /** `typeurl.Any`, whose value is base64. */
  Extensions: z.record(z.string(), z.object({ value: z.string().optional() })).nullish(),
})

/** `internal/cri/store`: `{ Version, Metadata }` as JSON. */
const CRI_EXTENSIONS = ['io.cri-containerd.container.metadata', 'io.cri-containerd.sandbox.metadata']

function described({ ID: id, Labels, Extensions }: z.infer<typeof Info>): CtrContainer {
  const value = CRI_EXTENSIONS.map((name) => Extensions?.[name]?.value).find((one) => one !== undefined)
  return { id, labels: Labels ?? {}, cri: value === undefined ? undefined : jsonInBase64(value) }
}

function jsonInBase64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}
