import { HotloadError } from '../errors.ts'

/** Of a body that nobody wants, read so that its connection can be kept: an error page, a redirect, what a disk refused. */
const DRAIN_BYTES = 1024 * 1024

/** Takes what is wanted of a body. */
export interface BodyReader {
  /** Bytes; a longer body is an error of the provider. */
  readonly limit: number
  write(chunk: Uint8Array): void | Promise<void>
}

/**
 * Every body goes through here, those of errors included, and is read to its end: a body that is left unread keeps its
 * connection open for ever, and one that is cut makes the kernel answer the rest with RST. Only what goes on beyond
 * the budget is cut: the socket then drains another while and counts the reset where that was not enough.
 */
export async function consume(body: AsyncIterable<Uint8Array>, reader?: BodyReader): Promise<void> {
  const limit = reader?.limit ?? 0
  let length = 0
  let failure: { readonly error: unknown } | undefined
  for await (const chunk of body) {
    length += chunk.length
    if (reader !== undefined && failure === undefined) {
      if (length > limit) failure = { error: tooLong(limit) }
      else failure = await tryWrite(reader, chunk)
    }
    const isUnwanted = reader === undefined || failure !== undefined
    // Leaving the loop cuts the body.
    if (isUnwanted && length > limit + DRAIN_BYTES) break
  }
  if (failure !== undefined) throw failure.error
}

async function tryWrite(reader: BodyReader, chunk: Uint8Array): Promise<{ error: unknown } | undefined> {
  try {
    await reader.write(chunk)
    return undefined
  } catch (error) {
    return { error }
  }
}

function tooLong(limit: number): HotloadError {
  return new HotloadError('HOTLOAD_PROVIDER', `the answer is longer than the ${limit} bytes that were wanted`)
}
