import { readdirSync } from 'node:fs'
import { command } from '../command.ts'

/** Where iproute2 keeps the names of network namespaces (ip-netns(8)). */
const NAMES = '/run/netns'
/** `wrlab-PID-N-ROLE`: whose it is can be told after a crash. */
const OURS = /^wrlab-(\d+)-\d+-[a-z0-9]+$/

let made = 0

/** A number that no other network of this process has. */
export function nextNetworkNumber(): number {
  made += 1
  return made
}

/** Makes a network namespace with its loopback up, and returns its name. */
export async function addNamespace(network: number, role: string): Promise<string> {
  const name = `wrlab-${process.pid}-${network}-${role}`
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
export async function removeNamespace(name: string): Promise<void> {
  const pids = (await command('ip', ['netns', 'pids', name])).split('\n').filter((line) => line !== '')
  for (const pid of pids) kill(Number(pid))
  await command('ip', ['netns', 'delete', name])
}

/** Removes what a lab that was killed left behind: namespaces named after a process that is no more. */
export async function sweepNamespaces(): Promise<readonly string[]> {
  const stale = namespaces().filter((name) => {
    const owner = OURS.exec(name)?.[1]
    return owner !== undefined && !isAlive(Number(owner))
  })
  for (const name of stale) await removeNamespace(name)
  return stale
}

function namespaces(): readonly string[] {
  try {
    return readdirSync(NAMES)
  } catch {
    return [] // no namespace was ever made here
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // kill(2): it exists, and is somebody else's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
