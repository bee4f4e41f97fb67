import { existsSync } from 'node:fs'
import type { LogSource } from '../target.ts'
import type { ContainerDetail, Engine, ListedContainer } from './container.ts'
import type { Ctr, CtrContainer, CtrTask } from './ctr.ts'
import { inNamespaces, keysOf } from './in-namespaces.ts'
import type { Nerdctl } from './nerdctl.ts'

interface Found {
  readonly namespace: string
  readonly id: string
  readonly task: CtrTask | undefined
  readonly about: CtrContainer | undefined
}

/** Those of pods are asked for as CRI. A comma means and. */
const OF_NO_POD = ['sandbox', 'container'].map((kind) => `labels."io.cri-containerd.kind"!=${kind}`).join(',')
const OF_NERDCTL = 'labels."nerdctl/name"'

/**
 * containerd through `ctr`. Its containers have an id and no name, but for those that nerdctl made: the name is a label,
 * and `nerdctl`, where it is here, tells of them what `ctr` does not know: published ports, how they ended.
 */
export function ctrEngine(ctr: Ctr, nerdctl: Nerdctl): Engine {
  const known = new Map<string, Found>()
  const engine: Engine = {
    kind: 'containerd',
    async list() {
      const answer = await inNamespaces(await ctr.namespaces(), async (namespace) => {
        const [ids, tasks, named] = await Promise.all([
          ctr.containers(namespace, OF_NO_POD),
          ctr.tasks(namespace),
          ctr.containers(namespace, OF_NERDCTL),
        ])
        if (!ids.ok) return ids
        const about = named.ok ? await ctr.describe(namespace, named.value) : []
        return {
          ok: true,
          value: ids.value.map((id): Found => {
            const task = tasks.ok ? tasks.value.get(id) : undefined
            return { namespace, id, task, about: about.find((one) => one.id === id) }
          }),
        }
      })
      if (!answer.ok) return answer
      const keyOf = keysOf(answer.value)
      return {
        ok: true,
        value: answer.value.map((found): ListedContainer => {
          const { id, about, task } = found
          const key = keyOf(found)
          known.set(key, found)
          const name = about?.labels['nerdctl/name'] ?? key
          const service = about?.labels['com.docker.compose.service']
          return {
            engine,
            id: key,
            name,
            aliases: [...(key === id ? [] : [id]), ...(service === undefined ? [] : [service])],
            running: isRunning(task),
          }
        }),
      }
    },
    async inspect(key) {
      const found = known.get(key)
      if (found === undefined) return { ok: false, absent: false, says: `containerd has no container ${key}` }
      const own = found.about === undefined ? undefined : await nerdctl.inspect(found.namespace, found.id)
      return own?.ok === true ? own : { ok: true, value: detailOf(found) }
    },
  }
  return engine
}

/** A task that is paused has its process still. */
export function isRunning(task: CtrTask | undefined): boolean {
  return task !== undefined && (task.status === 'RUNNING' || task.status === 'PAUSED')
}

function detailOf({ id, task, about }: Found): ContainerDetail {
  const state =
    task !== undefined && isRunning(task)
      ? { pid: task.pid }
      : { stopped: task?.status.toLowerCase() ?? 'it has no task' }
  return { id, ...state, addresses: [], publishedPorts: [], logs: nerdctlLogs(id, about) }
}

/** nerdctl `pkg/logging/json_logger.go`: `STATE-DIR/ID-json.log`, where its own driver writes. */
function nerdctlLogs(id: string, about: CtrContainer | undefined): LogSource[] {
  const folder = about?.labels['nerdctl/state-dir']
  const path = `${folder}/${id}-json.log`
  return folder?.startsWith('/') === true && existsSync(path) ? [{ kind: 'file', path }] : []
}
