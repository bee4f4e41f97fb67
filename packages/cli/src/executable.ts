import { readdirSync, readFileSync } from 'node:fs'
import { getAsset, isSea } from 'node:sea'

/**
 * Text of a file that ships with the command, by its path from the bundle: `causes/unknown.md`. The single executable
 * has no file beside it: scripts/sea.mjs puts each into it, as an asset of that name.
 */
export function readShipped(path: string): string {
  return isSea() ? getAsset(path, 'utf8') : readFileSync(besideBundle(path), 'utf8')
}

/** Names of the files in a folder that ships with the command: `causes/`. As an asset a folder is a list in JSON. */
export function shippedNames(folder: string): string[] {
  if (!isSea()) return readdirSync(besideBundle(folder))
  const names: unknown = JSON.parse(getAsset(folder, 'utf8'))
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

function besideBundle(path: string): URL {
  return new URL(path, import.meta.url)
}
