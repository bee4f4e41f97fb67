import { existsSync } from 'node:fs'
import { crictlEngine } from './crictl-engine.ts'
import type { CriEngine } from './cri.ts'
import { createCtr } from './ctr.ts'
import { ctrCriEngine } from './ctr-cri.ts'
import type { Answer } from './run-program.ts'
import type { Sources } from './sources.ts'

/**
 * What speaks CRI on this node: `crictl` where it answers; else, where containerd is the runtime, `ctr`, which every node
 * with containerd has.
 */
export function criEngine(sources: Sources): CriEngine {
  const crictl = crictlEngine(sources)
  const socket = sources.containerdSockets.find((path) => existsSync(path))
  const ctr = socket === undefined ? undefined : ctrCriEngine(createCtr(sources.ctr, socket))
  let chosen = crictl
  const ask = async <T>(question: (engine: CriEngine) => Promise<Answer<T>>): Promise<Answer<T>> => {
    const answer = await question(crictl)
    chosen = crictl
    if (answer.ok || ctr === undefined) return answer
    const other = await question(ctr)
    if (other.ok) chosen = ctr
    // A crictl that is there and fails is worth a word, more than a ctr that is not there.
    return other.ok || (answer.absent && !other.absent) ? other : answer
  }
  const engine: CriEngine = {
    kind: 'cri',
    list: () => ask(async (one) => listedBy(engine, await one.list())),
    inspect: (id) => chosen.inspect(id),
    listPods: () => ask((one) => one.listPods()),
    showCommand: (podId) => chosen.showCommand(podId),
  }
  return engine
}

type List = Awaited<ReturnType<CriEngine['list']>>

/** Whoever listed them, the containers are asked for here. */
function listedBy(engine: CriEngine, answer: List): List {
  return answer.ok ? { ok: true, value: answer.value.map((one) => ({ ...one, engine })) } : answer
}
