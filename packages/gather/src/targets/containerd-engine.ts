import { existsSync } from 'node:fs'
import type { Engine } from './container.ts'
import { ctrEngine } from './ctr-engine.ts'
import { createCtr } from './ctr.ts'
import { nerdctlEngine } from './nerdctl-engine.ts'
import type { Sources } from './sources.ts'

/** containerd by itself, in all of its namespaces: through `nerdctl` where there is one, else `ctr`. */
export function containerdEngines(sources: Sources): Engine[] {
  return sources.containerdSockets
    .filter((socket) => existsSync(socket))
    .map((socket) =>
      firstPresent(nerdctlEngine(sources.nerdctl, socket), ctrEngine(createCtr(sources.ctr, socket))),
    )
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
