import type { OpenedInput } from './opened-input.ts'

/** The schema is the first field that `--json` writes. */
const HEAD_BYTES = 200
/** Of diagnosis, comparison, event …; the manifest of an evidence folder is evidence. */
const SAVED = /^(?:\u00ef\u00bb\u00bf)?\s*\{\s*"schema"\s*:\s*"whyreset\.(?!evidence\/)[a-z]/

/**
 * Whether the input is the answer of an earlier run, as `--json` wrote it, and the input to go on with: a stream can be
 * looked at only once.
 */
export async function lookForSaved(
  input: OpenedInput,
): Promise<{ readonly isSaved: boolean; readonly input: OpenedInput }> {
  try {
    if (input.replay) {
      let head: Uint8Array = new Uint8Array(0)
      for await (const chunk of input.open()) {
        head = chunk.slice(0, HEAD_BYTES)
        break
      }
      return { isSaved: isSavedHead(head), input }
    }
    const chunks = input.open()[Symbol.asyncIterator]()
    const first: Uint8Array[] = []
    while (first.reduce((sum, { length }) => sum + length, 0) < HEAD_BYTES) {
      const next = await chunks.next()
      if (next.done === true) break
      first.push(next.value.slice())
    }
    const open = (): AsyncIterable<Uint8Array> => resumed(first, chunks)
    return { isSaved: isSavedHead(Buffer.concat(first)), input: { ...input, open } }
  } catch (error) {
    // The analysis finds the same, and says it.
    return { isSaved: false, input: input.replay ? input : { ...input, open: () => failed(error) } }
  }
}

function isSavedHead(head: Uint8Array): boolean {
  return SAVED.test(Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1'))
}

async function* resumed(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* first
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

// oxlint-disable-next-line require-yield -- it fails before the first chunk
async function* failed(error: unknown): AsyncGenerator<Uint8Array> {
  throw error
}
