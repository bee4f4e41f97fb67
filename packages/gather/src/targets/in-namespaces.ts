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
