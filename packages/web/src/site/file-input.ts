import { problem, recogniseCompression, type Input, type Problem } from '@whyreset/core'
import { OpenFailure } from './failure.ts'
import { gunzip } from './gunzip.ts'
import type { Source } from './protocol.ts'

/** An input of the browser, and what was wrong below the bytes that it gave. */
export interface SiteInput extends Input {
  problems(): readonly Problem[]
}

/** Read at once: a gigabyte is 256 of them, and the page stays free between two. */
const CHUNK_BYTES = 4 << 20

/** A source as core reads it: in pieces, so that no file is ever whole in memory. gzip is undone. */
export async function openSource(source: Source): Promise<SiteInput> {
  const plain = await openPlain(source)
  const head = await plain.readAt(0, 4).catch(() => new Uint8Array(0))
  if (recogniseCompression(head) !== 'gzip') return { ...plain, problems: () => [] }
  return unpacked(source.path, source.kind === 'file' ? () => source.file.stream() : () => bodyOf(source.url))
}

/** Of what is served and small, a copy spares a question for each place that is read at random. */
const MAX_COPIED_BYTES = 64 << 20

async function openPlain(source: Source): Promise<PlainInput> {
  if (source.kind === 'file') return fileInput(source.path, source.file)
  if (source.bytes > MAX_COPIED_BYTES) return servedInput(source)
  return fileInput(source.path, await new Response(await bodyOf(source.url)).blob())
}

interface PlainInput extends Input {
  readAt(offset: number, length: number): Promise<Uint8Array>
}

function fileInput(name: string, file: Blob): PlainInput {
  const readAt = async (offset: number, length: number): Promise<Uint8Array> =>
    new Uint8Array(await file.slice(offset, offset + length).arrayBuffer())
  return {
    name,
    byteLength: file.size,
    replay: true,
    async *open() {
      for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) yield await readAt(offset, CHUNK_BYTES)
    },
    readAt,
  }
}

/** Of the page's own origin: its policy allows no other. */
function servedInput({ path, url, bytes }: Source & { readonly kind: 'served' }): PlainInput {
  return {
    name: path,
    byteLength: bytes,
    replay: true,
    async *open() {
      const reader = (await bodyOf(url)).getReader()
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
      } finally {
        await reader.cancel()
      }
    },
    async readAt(offset, length) {
      const response = await fetch(url, { headers: { range: `bytes=${offset}-${offset + length - 1}` } })
      const body = new Uint8Array(await response.arrayBuffer())
      // A server without ranges gives all of it.
      return response.status === 206 ? body : body.subarray(offset, offset + length)
    },
  }
}

async function bodyOf(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await fetch(url)
  if (!response.ok || response.body === null)
    throw new OpenFailure({ id: 'server-answered', status: response.status })
  return response.body
}

type Body = ReadableStream<Uint8Array<ArrayBuffer>>

function unpacked(name: string, body: () => Body | Promise<Body>): SiteInput {
  let damage: Problem | undefined
  return {
    name,
    replay: true,
    async *open() {
      let bytes = 0
      try {
        for await (const chunk of gunzip(await body())) {
          bytes += chunk.length
          yield chunk
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (bytes === 0) throw new OpenFailure({ id: 'gzip', reason }, { cause: error })
        damage = problem('compressed-damaged', { compression: 'gzip', reason }, { offset: bytes })
      }
    },
    problems: () => (damage === undefined ? [] : [damage]),
  }
}
