import { readdirSync, readFileSync } from 'node:fs'

/** Beside the bundle: the build puts docs/causes there. */
const FOLDER = new URL('causes/', import.meta.url)

/** The ids that have a page, sorted. */
export function pageIds(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .toSorted()
}

/** Markdown. Only for ids that `pageIds` gave. */
export function readPage(id: string): string {
  return readFileSync(new URL(`${id}.md`, FOLDER), 'utf8')
}
