import { readShipped, shippedNames } from './executable.ts'

/** The build puts docs/causes there. */
const FOLDER = 'causes/'

/** The ids that have a page, sorted. */
export function pageIds(): string[] {
  return shippedNames(FOLDER)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .toSorted()
}

/** Markdown. Only for ids that `pageIds` gave. */
export function readPage(id: string): string {
  return readShipped(`${FOLDER}${id}.md`)
}
