import { OpenFailure } from './failure.ts'
import type { Source } from './protocol.ts'

/** As the command line reads folders: neither hidden files, READMEs nor the label of a recorded scenario. */
const IGNORED = /(?:^|\/)(?:\.[^/]*|readme(?:\.[a-z]{2,8})?|truth\.json)(?:\/|$)/i
/** As many as the command line reads of a folder. */
const MAX_FILES = 10_000

/** What was chosen: files, or a folder with its paths. */
export function fromFiles(files: Iterable<File>): Source[] {
  const sources = Array.from(files, (file): Source => ({
    kind: 'file',
    path: file.webkitRelativePath || file.name,
    file,
  }))
  return evidence(sources)
}

/** What was dropped: files and whole folders. The entries have to be taken before the event ends. */
export async function fromDrop(items: DataTransferItemList): Promise<Source[]> {
  const entries = Array.from(items).flatMap((item) => item.webkitGetAsEntry() ?? [])
  const sources: Source[] = []
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (sources.length >= MAX_FILES) return
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => {
        entry.file(resolve, reject)
      })
      sources.push({ kind: 'file', path: entry.fullPath.replace(/^\//, ''), file })
    } else if (isFolder(entry)) {
      const reader = entry.createReader()
      // It gives a hundred at a time, and none at the end.
      for (;;) {
        const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
          reader.readEntries(resolve, reject)
        })
        if (some.length === 0) break
        for (const one of some) await walk(one)
      }
    }
  }
  for (const entry of entries) await walk(entry)
  return evidence(sources)
}

/**
 * A folder that is served beside the page: `FOLDER/index.json` is `{ "files": [{ "path", "bytes" }] }`. Only below the
 * page's own address.
 */
export async function fromFolder(folder: string): Promise<Source[]> {
  const base = new URL('.', document.baseURI)
  const root = new URL(`${folder.replace(/\/*$/, '')}/`, base)
  if (root.origin !== base.origin || !root.pathname.startsWith(base.pathname))
    throw new OpenFailure({ id: 'elsewhere' })
  const response = await fetch(new URL('index.json', root))
  if (!response.ok) throw new OpenFailure({ id: 'server-answered', status: response.status })
  const listing: unknown = await response.json().catch(() => undefined)
  return evidence(
    filesOf(listing).map(({ path, bytes }): Source => ({
      kind: 'served',
      path,
      url: new URL(path.split('/').map(encodeURIComponent).join('/'), root).href,
      bytes,
    })),
  )
}

function filesOf(listing: unknown): { path: string; bytes: number }[] {
  if (
    typeof listing !== 'object' ||
    listing === null ||
    !('files' in listing) ||
    !Array.isArray(listing.files)
  )
    throw new OpenFailure({ id: 'no-list' })
  const files: readonly unknown[] = listing.files
  return files.flatMap((file) =>
    typeof file === 'object' &&
    file !== null &&
    'path' in file &&
    typeof file.path === 'string' &&
    'bytes' in file &&
    typeof file.bytes === 'number'
      ? [{ path: file.path, bytes: file.bytes }]
      : [],
  )
}

function evidence(sources: readonly Source[]): Source[] {
  return sources
    .filter(({ path }) => !IGNORED.test(path))
    .toSorted((x, y) => (x.path < y.path ? -1 : 1))
    .slice(0, MAX_FILES)
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
