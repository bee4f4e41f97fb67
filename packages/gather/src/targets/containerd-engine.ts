import { existsSync } from 'node:fs'
import { z } from 'zod'
import type { ContainerDetail, Engine, ListedContainer } from './container.ts'
import { type Answer, runForJson, runProgram } from './run-program.ts'
import { dockerDetail } from './docker-detail.ts'
import type { Sources } from './sources.ts'

/** containerd by itself, in all of its namespaces: through `nerdctl` where there is one, else `ctr`. */
export function containerdEngines(sources: Sources): Engine[] {
  return sources.containerdSockets
    .filter((socket) => existsSync(socket))
    .map((socket) => firstPresent(nerdctlEngine(sources.nerdctl, socket), ctrEngine(sources.ctr, socket)))
}

function firstPresent(preferred: Engine, other: Engine): Engine {
  let chosen = preferred
  return {
    kind: 'containerd',
    async list() {
      const answer = await preferred.list()
      chosen = !answer.ok && answer.absent ? other : preferred
      return chosen === preferred ? answer : other.list()
    },
    inspect: (id) => chosen.inspect(id),
  }
}

/** What is listed in one namespace must be asked for there. */
async function inNamespaces<T>(
  namespaces: Answer<string>,
  list: (namespace: string) => Promise<Answer<readonly T[]>>,
): Promise<Answer<readonly T[]>> {
  if (!namespaces.ok) return namespaces
  const names = namespaces.value.split('\n').filter((name) => /^[\w.-]+$/.test(name))
  const answers = await Promise.all(names.map(list))
  const failed = answers.find((answer) => !answer.ok)
  if (failed !== undefined && answers.every((answer) => !answer.ok)) return failed
  return { ok: true, value: answers.flatMap((answer) => (answer.ok ? answer.value : [])) }
}

const NerdctlRow = z.object({
  ID: z.string(),
  Names: z.union([z.string(), z.array(z.string())]),
  Status: z.string(),
})

/** `nerdctl ps --format '{{json .}}'` prints an object a line; `inspect` answers as Docker does, in a list. */
function nerdctlEngine(program: string, socket: string): Engine {
  const namespaceOf = new Map<string, string>()
  const engine: Engine = {
    kind: 'containerd',
    async list() {
      const namespaces = await runProgram(program, ['--address', socket, 'namespace', 'ls', '-q'])
      return inNamespaces(namespaces, async (namespace) => {
        const ps = [
          '--address',
          socket,
          '--namespace',
          namespace,
          'ps',
          '-a',
          '--no-trunc',
          '--format',
          '{{json .}}',
        ]
        const answer = await runProgram(program, ps)
        if (!answer.ok) return answer
        const rows = answer.value.split('\n').flatMap((line) => NerdctlRow.safeParse(jsonOf(line)).data ?? [])
        return {
          ok: true,
          value: rows.map(({ ID, Names, Status }): ListedContainer => {
            namespaceOf.set(ID, namespace)
            const name = typeof Names === 'string' ? Names : (Names[0] ?? '')
            return {
              engine,
              id: ID,
              name: name === '' ? ID : name,
              aliases: [],
              running: /^(?:Up|Paused)/i.test(Status),
            }
          }),
        }
      })
    },
    async inspect(id) {
      const args = ['--address', socket, '--namespace', namespaceOf.get(id) ?? 'default', 'inspect', id]
      const answer = await runForJson(program, args)
      if (!answer.ok) return answer
      const [first] = z.array(z.unknown()).safeParse(answer.value).data ?? []
      const { LogPath } = z.object({ LogPath: z.string().optional() }).safeParse(first).data ?? {}
      const files = LogPath?.startsWith('/') === true ? [{ kind: 'file' as const, path: LogPath }] : []
      return dockerDetail(program, first, { files })
    },
  }
  return engine
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** `ctr` has no JSON of tasks: `TASK PID STATUS` in columns. Its containers have an id and no name. */
function ctrEngine(program: string, socket: string): Engine {
  const details = new Map<string, ContainerDetail>()
  const engine: Engine = {
    kind: 'containerd',
    async list() {
      const namespaces = await runProgram(program, ['--address', socket, 'namespaces', 'ls', '-q'])
      return inNamespaces(namespaces, async (namespace) => {
        const answer = await runProgram(program, [
          '--address',
          socket,
          '--namespace',
          namespace,
          'tasks',
          'ls',
        ])
        if (!answer.ok) return answer
        const rows = [...answer.value.matchAll(/^(\S+) +(\d+) +([A-Z]+) *$/gm)]
        return {
          ok: true,
          value: rows.map(([, id = '', pid, status = '']): ListedContainer => {
            const running = status === 'RUNNING' || status === 'PAUSED'
            const state = running ? { pid: Number(pid) } : { stopped: status.toLowerCase() }
            details.set(id, { id, ...state, addresses: [], publishedPorts: [], logs: [] })
            return { engine, id, name: id, aliases: [], running }
          }),
        }
      })
    },
    inspect(id) {
      const detail = details.get(id)
      if (detail === undefined)
        return Promise.resolve({ ok: false, absent: false, says: `containerd has no task ${id}` })
      return Promise.resolve({ ok: true, value: detail })
    },
  }
  return engine
}
