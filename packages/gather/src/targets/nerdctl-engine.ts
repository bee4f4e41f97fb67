import type { Engine, ListedContainer } from './container.ts'
import { podContainer } from './cri.ts'
import { inNamespaces, keysOf } from './in-namespaces.ts'
import type { Nerdctl } from './nerdctl.ts'

/** containerd through nerdctl alone, which lists the containers of pods as well. */
export function nerdctlEngine(nerdctl: Nerdctl): Engine {
  const places = new Map<string, { readonly namespace: string; readonly id: string }>()
  const engine: Engine = {
    kind: 'containerd',
    async list() {
      const answer = await inNamespaces(await nerdctl.namespaces(), async (namespace) => {
        const containers = await nerdctl.containers(namespace)
        if (!containers.ok) return containers
        return { ok: true, value: containers.value.map((container) => ({ namespace, ...container })) }
      })
      if (!answer.ok) return answer
      const keyOf = keysOf(answer.value)
      return {
        ok: true,
        value: answer.value.flatMap((container): ListedContainer[] => {
          const { id, namespace, status, labels } = container
          const kind = labels['io.cri-containerd.kind']
          if (kind === 'sandbox') return []
          const key = keyOf(container)
          places.set(key, { namespace, id })
          const running = /^(?:Up|Paused)/.test(status)
          if (kind === 'container') {
            const own = labels['io.kubernetes.container.name'] ?? key
            // CRI is asked for a pod itself, and is not here.
            const {
              pod: _,
              podId: __,
              ...listed
            } = podContainer({
              engine,
              id: key,
              podId: '',
              name: own,
              labels,
              running,
            })
            return [listed]
          }
          const name = container.name === '' ? key : container.name
          const service = labels['com.docker.compose.service']
          const aliases = [...(key === id ? [] : [id]), ...(service === undefined ? [] : [service])]
          return [{ engine, id: key, name, aliases, running }]
        }),
      }
    },
    inspect(key) {
      const { namespace, id } = places.get(key) ?? { namespace: 'default', id: key }
      return nerdctl.inspect(namespace, id)
    },
  }
  return engine
}
