import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getAsset, isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'

/** Where the programs of the scenarios lie: beside the bundled command, beside the sources, or beside what tsc made. */
const FOLDERS = ['./lab-programs/', './programs/', '../src/programs/']
/** The asset of a single executable that lists them, and with a name behind it is one of them: scripts/sea.mjs. */
const ASSETS = 'lab-programs/'

/** @whyreset/hotload in one file, as it lies among the programs of a bundled command; or as tsc made it. */
const HOTLOAD = 'hotload.mjs'
const HOTLOAD_PATHS = [`./lab-programs/${HOTLOAD}`, '../../hotload/dist/index.js']

let unpacked: string | undefined

/** The path of a program that scenarios run; it stays a file so that any runtime can start it. */
export function programPath(name: string): string {
  if (isSea()) {
    if (unpacked === undefined) throw new Error(`the lab's program ${name} is not unpacked`)
    return join(unpacked, name)
  }
  for (const folder of FOLDERS) {
    const path = fileURLToPath(new URL(folder + name, import.meta.url))
    if (existsSync(path)) return path
  }
  throw new Error(`the lab's program ${name} is not installed: reinstall whyreset`)
}

/** The module that the programs of `hot-extension` import, or undefined where it was not built. */
export function hotloadModule(): string | undefined {
  if (isSea()) return programPath(HOTLOAD)
  return HOTLOAD_PATHS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
    existsSync(path),
  )
}

/** Whether `hotloadModule` has something to give once the programs are unpacked. */
export function hasHotload(): boolean {
  return isSea() || hotloadModule() !== undefined
}

/** What a single executable holds of them becomes files, in a folder that the caller removes: some import others. */
export function unpackPrograms(into: string): void {
  if (!isSea()) return
  const folder = join(into, 'programs')
  mkdirSync(folder)
  const names: unknown = JSON.parse(getAsset(ASSETS, 'utf8'))
  for (const name of Array.isArray(names) ? names : [])
    writeFileSync(join(folder, String(name)), getAsset(`${ASSETS}${String(name)}`, 'utf8'))
  unpacked = folder
}
