import { z } from 'zod'
import type { Engine, ListedContainer } from './container.ts'
import { dockerDetail } from './docker-detail.ts'
import { inNamespaces } from './in-namespaces.ts'
import { runForJson, runProgram } from './run-program.ts'

const NerdctlRow = z.object({
  ID: z.string(),
  Names: z.union([z.string(), z.array(z.string())]),
  Status: z.string(),
})

/** `nerdctl ps --format '{{json .}}'` prints an object a line; `inspect` answers as Docker does, in a list. */
export function nerdctlEngine(program: string, socket: string): Engine {
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
