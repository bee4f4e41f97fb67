import type { Answer } from './run-program.ts'

/** What is listed in one of containerd's namespaces must be asked for there. */
export async function inNamespaces<T>(
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

/** Of one of containerd's containers. */
interface Place {
  readonly namespace: string
  readonly id: string
}

/** An id is unique in its namespace only; one that is in several is called `NAMESPACE/ID`. */
export function keysOf(places: readonly Place[]): (place: Place) => string {
  const times = new Map<string, number>()
  for (const { id } of places) times.set(id, (times.get(id) ?? 0) + 1)
  return ({ namespace, id }) => ((times.get(id) ?? 0) > 1 ? `${namespace}/${id}` : id)
}

/** containerd's `identifiers` package: never an option, never a path. */
export const CONTAINERD_ID = /^[A-Za-z0-9][\w.-]{0,75}$/
