import { constants, realpathSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isNeverOpened, listFolder } from './folder.ts'
import { refuse } from './serve-refuse.ts'

/** One file below `root`, whole or in part, or for `…/index.json` the list of what a folder holds. */
export async function sendEvidence(
  root: string,
  encoded: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const inside = decoded(encoded)
  if (inside === undefined) {
    refuse(response, 404, 'there is no such evidence')
    return
  }
  if (inside.at(-1) === 'index.json') sendList(root, inside.slice(0, -1), response)
  else await sendFile(root, inside, request, response)
}

/** Names of a path, or undefined where one of them is none: no way up, nothing hidden, no label of a scenario. */
function decoded(encoded: readonly string[]): string[] | undefined {
  try {
    const names = encoded.map(decodeURIComponent).filter((name) => name !== '.')
    const isEach = names.every((name) => name !== '' && !/^\.|[/\\\0]/.test(name) && !isNeverOpened(name))
    return isEach ? names : undefined
  } catch {
    return undefined
  }
}

/** The files of a folder below `root` that are really in it, as the page and the analysis may read them. */
export function filesInside(
  root: string,
  names: readonly string[],
): readonly { readonly path: string; readonly name: string; readonly bytes: number }[] {
  const folder = realInside(root, names)
  if (folder === undefined) return []
  return listFolder(folder).files.flatMap(({ path, stats }) => {
    const own = relative(folder, path).split(sep)
    const isInside = realInside(root, [...names, ...own]) !== undefined
    return isInside ? [{ path, name: own.join('/'), bytes: stats.size }] : []
  })
}

/** The real path of what is named, or undefined where it is outside `root`, also by a link. */
function realInside(root: string, names: readonly string[]): string | undefined {
  try {
    const top = realpathSync(root)
    const path = realpathSync(join(top, ...names))
    return path === top || path.startsWith(top.endsWith(sep) ? top : `${top}${sep}`) ? path : undefined
  } catch {
    return undefined
  }
}

function sendList(root: string, names: readonly string[], response: ServerResponse): void {
  if (realInside(root, names) === undefined) {
    refuse(response, 404, 'there is no such evidence')
    return
  }
  const files = filesInside(root, names).map(({ name, bytes }) => ({ path: name, bytes }))
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ files }))
}

async function sendFile(
  root: string,
  names: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = realInside(root, names)
  // A link that takes its place meanwhile is not followed.
  const file =
    path === undefined
      ? undefined
      : await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
          () => undefined,
        )
  if (file === undefined) {
    refuse(response, 404, 'there is no such evidence')
    return
  }
  try {
    const stats = await file.stat()
    if (!stats.isFile()) {
      refuse(response, 404, 'there is no such evidence')
      return
    }
    const part = rangeOf(request.headers.range, stats.size)
    const { from, to } = part ?? { from: 0, to: stats.size - 1 }
    response.writeHead(part === undefined ? 200 : 206, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-length': Math.max(0, to - from + 1),
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      ...(part === undefined ? {} : { 'content-range': `bytes ${from}-${to}/${stats.size}` }),
    })
    if (request.method === 'HEAD' || to < from) response.end()
    else await pipeline(file.createReadStream({ start: from, end: to, autoClose: false }), response)
  } finally {
    await file.close()
  }
}

/** One range from a first byte on (RFC 9110 §14.2); others are answered whole, as they may be. */
function rangeOf(header: string | undefined, size: number): { from: number; to: number } | undefined {
  const [, first, last = ''] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === undefined) return undefined
  const from = Number(first)
  const to = Math.min(last === '' ? size - 1 : Number(last), size - 1)
  return from <= to ? { from, to } : undefined
}
