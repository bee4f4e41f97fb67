import { z } from 'zod'
import type { ContainerDetail } from './container.ts'
import { dockerDetail } from './docker-detail.ts'
import { CONTAINERD_ID } from './in-namespaces.ts'
import { type Answer, runForJson, runProgram } from './run-program.ts'

/** What nerdctl tells of one containerd. */
export interface Nerdctl {
  namespaces(): Promise<Answer<string>>
  /** nerdctl makes a folder in its own store for each container that it lists. */
  containers(namespace: string): Promise<Answer<readonly NerdctlContainer[]>>
  inspect(namespace: string, id: string): Promise<Answer<ContainerDetail>>
}

interface NerdctlContainer {
  readonly id: string
  /** `''` for those that nerdctl did not make. */
  readonly name: string
  /** `Up`, `Up (healthy)`, `Paused`, `Exited (3) 2 minutes ago`, `Created` (nerdctl `pkg/formatter` `ContainerStatus`). */
  readonly status: string
  readonly labels: Readonly<Record<string, string>>
}

export function createNerdctl(program: string, socket: string): Nerdctl {
  const inside = (namespace: string): string[] => ['--address', socket, '--namespace', namespace]
  return {
    namespaces: () => runProgram(program, ['--address', socket, 'namespace', 'ls', '-q']),
    async containers(namespace) {
      const list = ['ps', '-a', '--no-trunc', '--format', ROW]
      const answer = await runProgram(program, [...inside(namespace), ...list])
      if (!answer.ok) return answer
      return { ok: true, value: answer.value.split('\n').flatMap(readRow) }
    },
    async inspect(namespace, id) {
      const answer = await runForJson(program, [...inside(namespace), 'container', 'inspect', id])
      if (!answer.ok) return answer
      // An id that begins as this one is described as well.
      const described = Described.safeParse(answer.value).data?.find(({ Id }) => Id === id)
      const path = described?.LogPath ?? ''
      return dockerDetail(program, described, { files: path.startsWith('/') ? [{ kind: 'file', path }] : [] })
    },
  }
}

const LABELS = [
  'com.docker.compose.service',
  'io.cri-containerd.kind',
  'io.kubernetes.container.name',
  'io.kubernetes.pod.name',
]

/** nerdctl prints all labels of a container as one text, in which a comma may be a label's own. */
const ROW = `[${['.ID', '.Names', '.Status', ...LABELS.map((label) => `(.Label "${label}")`)]
  .map((value) => `{{json ${value}}}`)
  .join(',')}]`

const Text = z.string().max(4096)
const Row = z.tuple([Text.regex(CONTAINERD_ID), Text, Text]).rest(Text)
const Described = z.array(z.looseObject({ Id: Text, LogPath: Text.nullish() }))

function readRow(line: string): NerdctlContainer[] {
  const parsed = Row.safeParse(jsonOf(line))
  if (!parsed.success) return []
  const [id, name, status, ...values] = parsed.data
  const labels = LABELS.flatMap((label, at): [string, string][] => {
    const value = values[at] ?? ''
    return value === '' ? [] : [[label, value]]
  })
  return [{ id, name, status, labels: Object.fromEntries(labels) }]
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
