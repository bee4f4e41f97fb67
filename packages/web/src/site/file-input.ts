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
  const { input, head } = await openPlain(source)
  if (recogniseCompression(head) !== 'gzip') return { ...input, problems: () => [] }
  return unpacked(source.path, source.kind === 'file' ? () => source.file.stream() : () => bodyOf(source.url))
}

/** As it lies there, with its first bytes. */
interface PlainInput {
  readonly input: Input
  readonly head: Uint8Array
}

/** The longest magic number of a compression. */
const HEAD_BYTES = 4
/** Of what is served and small, a copy spares a question for each place that is read at random. */
const MAX_COPIED_BYTES = 64 << 20

async function openPlain(source: Source): Promise<PlainInput> {
  if (source.kind === 'file') return fileInput(source.path, source.file)
  if (source.bytes > MAX_COPIED_BYTES) return servedInput(source)
  return fileInput(source.path, await new Response(await bodyOf(source.url)).blob())
}

async function fileInput(name: string, file: Blob): Promise<PlainInput> {
  const readAt = async (offset: number, length: number): Promise<Uint8Array> =>
    new Uint8Array(await file.slice(offset, offset + length).arrayBuffer())
  const input: Input = {
    name,
    byteLength: file.size,
    replay: true,
    async *open() {
      for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) yield await readAt(offset, CHUNK_BYTES)
    },
    readAt,
  }
  return { input, head: await readAt(0, HEAD_BYTES).catch(() => NOTHING) }
}

/** Of the page's own origin: its policy allows no other. */
async function servedInput({ path, url, bytes }: Source & { readonly kind: 'served' }): Promise<PlainInput> {
  const { head, hasRanges } = await lookAt(url)
  const input: Input = {
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
  }
  if (!hasRanges) return { input, head }
  const readAt = async (offset: number, length: number): Promise<Uint8Array> => {
    const response = await fetch(url, { headers: rangeOf(offset, length) })
    if (response.status !== 206) {
      await response.body?.cancel()
      throw new OpenFailure({ id: 'server-answered', status: response.status })
    }
    return new Uint8Array(await response.arrayBuffer())
  }
  return { input: { ...input, readAt }, head }
}

/**
 * The first bytes, and whether parts can be asked for: a server without ranges (`python3 -m http.server`) sends all of a
 * gigabyte for each, so that of such a one nothing is read at random.
 */
async function lookAt(url: string): Promise<{ readonly head: Uint8Array; readonly hasRanges: boolean }> {
  try {
    const response = await fetch(url, { headers: rangeOf(0, HEAD_BYTES) })
    const reader = response.body?.getReader()
    const first = await reader?.read()
    await reader?.cancel()
    if (!response.ok) return { head: NOTHING, hasRanges: false }
    return { head: first?.value?.slice(0, HEAD_BYTES) ?? NOTHING, hasRanges: response.status === 206 }
  } catch {
    // Its reading says why.
    return { head: NOTHING, hasRanges: false }
  }
}

const NOTHING = new Uint8Array(0)

function rangeOf(offset: number, length: number): { readonly range: string } {
  return { range: `bytes=${offset}-${offset + length - 1}` }
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
