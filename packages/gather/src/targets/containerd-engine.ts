import { existsSync } from 'node:fs'
import type { Engine } from './container.ts'
import { ctrEngine } from './ctr-engine.ts'
import { createCtr } from './ctr.ts'
import { nerdctlEngine } from './nerdctl-engine.ts'
import { createNerdctl } from './nerdctl.ts'
import type { Sources } from './sources.ts'

/**
 * containerd by itself, in all of its namespaces: through `ctr`, which only reads, else through `nerdctl`, which leaves a
 * folder for each container that it lists.
 */
export function containerdEngines(sources: Sources): Engine[] {
  return sources.containerdSockets
    .filter((socket) => existsSync(socket))
    .map((socket) => {
      const nerdctl = createNerdctl(sources.nerdctl, socket)
      return firstPresent(ctrEngine(createCtr(sources.ctr, socket), nerdctl), nerdctlEngine(nerdctl))
    })
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
