import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import type { Target } from '../target.ts'

/** A network namespace, held open: it stays the same one when its processes end and their pids are used again. */
export interface Namespace {
  /** The targets that live in it; the first one gives it its name in files. */
  readonly targets: readonly [Target, ...Target[]]
  /** The namespace in which this process is anyway: entering it needs no right. */
  readonly isOwn: boolean
  /** The command that runs `program` inside. */
  command(program: string, args: readonly string[]): readonly [program: string, args: readonly string[]]
  close(): void
}

/** Opens the namespaces of the targets, each once. Throws what the system says when one cannot be opened. */
export function openNamespaces(targets: readonly Target[]): Namespace[] {
  const byInode = new Map<number, { descriptor: number; targets: [Target, ...Target[]] }>()
  try {
    for (const target of targets) {
      const descriptor = openSync(target.networkNamespace, 'r')
      const { ino } = fstatSync(descriptor)
      const known = byInode.get(ino)
      if (known === undefined) byInode.set(ino, { descriptor, targets: [target] })
      else {
        closeSync(descriptor)
        known.targets.push(target)
      }
    }
  } catch (error) {
    for (const { descriptor } of byInode.values()) closeSync(descriptor)
    throw error
  }
  const own = statSync('/proc/self/ns/net').ino
  return Array.from(byInode, ([ino, { descriptor, targets: inside }]) => ({
    targets: inside,
    isOwn: ino === own,
    command: (program: string, args: readonly string[]) =>
      ino === own
        ? ([program, args] as const)
        : (['nsenter', [`--net=/proc/${process.pid}/fd/${descriptor}`, '--', program, ...args]] as const),
    close: () => {
      closeSync(descriptor)
    },
  }))
}
