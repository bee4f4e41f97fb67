import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { vi } from 'vitest'

/** A mount namespace of this machine in which each Node that could be found is `/dev/null`. */
export interface NodelessMachine {
  /** Arguments of `nsenter` before a command of the test. */
  readonly enter: readonly string[]
  remove(): Promise<void>
}

export async function makeNodelessMachine(): Promise<NodelessMachine> {
  const keeper = spawn('unshare', ['--mount', 'sleep', 'infinity'])
  const namespace = `/proc/${keeper.pid}/ns/mnt`
  const enter = [`--mount=${namespace}`, '--']
  const remove = async (): Promise<void> => {
    keeper.kill('SIGKILL')
    await once(keeper, 'exit')
  }
  try {
    await vi.waitFor(() => {
      if (readlinkSync(namespace) === readlinkSync('/proc/self/ns/mnt')) throw new Error('not yet')
    })
    for (const node of nodes()) execFileSync('nsenter', [...enter, 'mount', '--bind', '/dev/null', node])
    if (spawnSync('nsenter', [...enter, 'node', '--version']).status === 0)
      throw new Error('there is a Node that nodes() does not find')
  } catch (error) {
    await remove()
    throw error
  }
  return { enter, remove }
}

function nodes(): ReadonlySet<string> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return new Set(
    [process.execPath, ...onPath].filter((path) => existsSync(path)).map((path) => realpathSync(path)),
  )
}

/** Puts into `root` a program and the shared libraries that it is linked with, and nothing else. */
export function makeBareRoot(root: string, program: string): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/(?<=\s)\/\S+/g) ?? []
  for (const library of libraries) {
    mkdirSync(join(root, dirname(library)), { recursive: true })
    copyFileSync(library, join(root, library))
  }
  copyFileSync(program, join(root, 'whyreset'))
}
