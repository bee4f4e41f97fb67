import type { Guardian } from '@whyreset/gather'
import type { Cleanup } from '../cleanup.ts'
import { command } from '../command.ts'

/** Where iproute2 keeps the names of network namespaces (ip-netns(8)). */
const NAMES = '/run/netns'

/** What makes a network and takes it away again: the cleanup as a rule, the guardian when this process is killed. */
export interface Keeper {
  readonly cleanup: Cleanup
  readonly guardian: Guardian
}

let made = 0

/** A number that no other network of this process has. */
export function nextNetworkNumber(): number {
  made += 1
  return made
}

/** Makes a network namespace with its loopback up, kept until the cleanup, and returns its name. */
export async function addNamespace(
  { cleanup, guardian }: Keeper,
  network: number,
  role: string,
): Promise<string> {
  const name = `whyreset-lab-${process.pid}-${network}-${role}`
  const thing = { kind: 'network-namespace', name } as const
  guardian.guard(thing)
  cleanup.defer(async () => {
    await removeNamespace(name)
    guardian.release(thing)
  })
  await command('ip', ['netns', 'add', name])
  await command('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  return name
}

export function namespacePath(name: string): string {
  return `${NAMES}/${name}`
}

/** The arguments that run a program inside: `nsenter` with these, then the program. */
export function enterArguments(name: string): readonly string[] {
  return [`--net=${namespacePath(name)}`, '--']
}

/** Kills what runs inside, then removes it with its links, rules and settings. */
async function removeNamespace(name: string): Promise<void> {
  const pids = (await command('ip', ['netns', 'pids', name])).split('\n').filter((line) => line !== '')
  for (const pid of pids) kill(Number(pid))
  await command('ip', ['netns', 'delete', name])
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
