import { analyze, type Input } from '@whyreset/core'

/** Enough for the first time stamp of any kind of evidence. */
const HEAD_BYTES = 65_536

/**
 * About when it happened, in milliseconds since 1970 UTC: the first time in a capture, or without one in a log. From
 * the beginnings of those inputs that can be read twice; undefined where they tell no time.
 */
export async function evidenceTime(inputs: readonly Input[]): Promise<number | undefined> {
  const heads = inputs.filter((input) => input.replay).map(headOf)
  const { diagnosis } = await analyze(heads)
  const dated = diagnosis.inputs.filter((report) => report.from !== undefined)
  const { from } = dated.find((report) => report.kind === 'capture') ?? dated[0] ?? {}
  const unixMs = from === undefined ? Number.NaN : Date.parse(from)
  return Number.isNaN(unixMs) ? undefined : unixMs
}

function headOf(input: Input): Input {
  return { name: input.name, replay: true, open: () => beginning(input) }
}

async function* beginning(input: Input): AsyncGenerator<Uint8Array> {
  for await (const chunk of input.open()) {
    yield chunk.subarray(0, HEAD_BYTES)
    return
  }
}
