import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isSea } from 'node:sea'

/**
 * The Node that runs the lab's programs: the one that runs this too. A single executable is no Node to others, and
 * takes the one on PATH; undefined when there is none.
 */
export function findNode(): string | undefined {
  if (!isSea()) return process.execPath
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'node'))
    .find((path) => existsSync(path))
}
