import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the programs of the scenarios lie: beside the bundled command, beside the sources, or beside what tsc made. */
const FOLDERS = ['./lab-programs/', './programs/', '../src/programs/']

/** The path of a program that scenarios run; it stays a file so that any runtime can start it. */
export function programPath(name: string): string {
  for (const folder of FOLDERS) {
    const path = fileURLToPath(new URL(folder + name, import.meta.url))
    if (existsSync(path)) return path
  }
  throw new Error(`the lab's program ${name} is not installed: reinstall whyreset`)
}
