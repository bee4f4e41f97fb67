import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { findNode } from '../node-program.ts'
import { programPath } from '../program-files.ts'

/** The folder that a container shares with the lab. */
export const SHARED = '/lab'
/** Where it has this machine's Node, and the lab's programs. */
export const NODE = '/opt/whyreset-lab/node'
export const PROGRAMS = '/opt/whyreset-lab/programs'

/** What a container has of this machine: programs and libraries, read-only. */
export function containerMounts(): readonly (readonly [from: string, to: string])[] {
  const mounts: readonly (readonly [from: string, to: string])[] = [
    ['/usr', '/usr'],
    ['/lib', '/lib'],
    ['/lib64', '/lib64'],
    ['/etc/alternatives', '/etc/alternatives'],
    ['/etc/java-17-openjdk', '/etc/java-17-openjdk'],
    [findNode() ?? '', NODE],
    [dirname(programPath('tell.mjs')), PROGRAMS],
  ]
  return mounts.filter(([from]) => existsSync(from))
}
