import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Kept {
  readonly folders: number
  readonly bytes: number
}

/** `20261122T145521.190Z-NAME`: what a watch calls its folders. Nothing else is ever removed. */
const OWN_NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z-[\w.-]+$/

/** Removes the oldest evidence folders of `root` until the rest is young and small enough. The newest one stays. */
export function removeOldEvidence(
  root: string,
  {
    maxBytes,
    maxAgeMs,
    nowMs,
  }: { readonly maxBytes: number; readonly maxAgeMs: number; readonly nowMs: number },
): Kept {
  const folders = listNames(root)
    .flatMap((name) => {
      const atMs = timeOf(name)
      return atMs === undefined ? [] : [{ path: join(root, name), atMs }]
    })
    .filter(({ path }) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .map((folder) => ({ ...folder, bytes: bytesOf(folder.path) }))
    .toSorted((a, b) => a.atMs - b.atMs)
  let bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0)
  while (folders.length > 1) {
    const [oldest] = folders
    if (oldest === undefined || (bytes <= maxBytes && oldest.atMs >= nowMs - maxAgeMs)) break
    rmSync(oldest.path, { recursive: true, force: true })
    bytes -= oldest.bytes
    folders.shift()
  }
  return { folders: folders.length, bytes }
}

function timeOf(name: string): number | undefined {
  const [, year, month, day, hour, minute, second, ms] = OWN_NAME.exec(name) ?? []
  if (year === undefined) return undefined
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
  return Number.isNaN(atMs) ? undefined : atMs
}

function listNames(root: string): string[] {
  try {
    return readdirSync(root)
  } catch {
    // There is no evidence yet.
    return []
  }
}

/** Links are not followed: they are not ours. */
function bytesOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}
