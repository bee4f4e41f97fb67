import { readdirSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'

/** Evidence folders have one or two levels; this is far beyond, and ends what links could build. */
const MAX_DEPTH = 16
/** A socket table every second for three hours, and then some. */
const MAX_FILES = 10_000
/** The recorded answer of a scenario: whoever reads it does not diagnose. */
const NEVER_OPENED = 'truth.json'
/** Says to people what the other files are. */
const README = /^readme(?:\.[a-z]{2,8})?$/i

interface FolderFile {
  readonly path: string
  readonly stats: Stats
}

export interface Folder {
  /** Regular files, sorted by path so that every machine reads them in the same order. */
  readonly files: readonly FolderFile[]
  /** What could not be looked into, by path. */
  readonly failures: readonly { readonly path: string; readonly error: unknown }[]
  /** More files, or deeper ones, were there than are read. */
  readonly isCut: boolean
}

/**
 * Every file under `root` that may be evidence. Hidden files, READMEs, pipes and devices are not; links are followed, and a
 * folder that was visited is not visited again.
 */
export function listFolder(root: string): Folder {
  const files: FolderFile[] = []
  const failures: { path: string; error: unknown }[] = []
  const visited = new Set<string>()
  let isCut = false

  function visit(folder: string, depth: number): void {
    for (const name of readdirSync(folder).toSorted(byCodeUnit)) {
      if (isCut) return
      if (name.startsWith('.') || README.test(name) || isNeverOpened(name)) continue
      const path = join(folder, name)
      try {
        enter(path, depth)
      } catch (error) {
        if (!leadsNowhere(error)) failures.push({ path, error })
      }
    }
  }

  function enter(path: string, depth: number): void {
    const stats = statSync(path)
    if (stats.isDirectory()) {
      if (visited.has(identity(stats))) return
      visited.add(identity(stats))
      if (depth === MAX_DEPTH) isCut = true
      else visit(path, depth + 1)
    } else if (stats.isFile()) {
      if (files.length === MAX_FILES) isCut = true
      else files.push({ path, stats })
    }
  }

  enter(root, 0)
  return { files, failures, isCut }
}

/** A link to nothing or to itself, or a file that was rotated away meanwhile. */
function leadsNowhere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP')
}

/** Whether a file of this name is left alone, wherever it lies. */
export function isNeverOpened(name: string): boolean {
  return name === NEVER_OPENED
}

/** The same for two names of one file. */
export function identity(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
