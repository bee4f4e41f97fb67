import type { Diagnosis } from '@whyreset/core'
import { OpenFailure } from './failure.ts'
import type { SiteInput } from './file-input.ts'

/** The JSON of 10,000 incidents has a tenth of this. */
const MAX_BYTES = 256e6

/** The answer of an earlier run, which `--json` wrote; undefined where the input is something else. */
export async function readSavedAnswer(input: SiteInput): Promise<Diagnosis | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of input.open()) {
    if (bytes === 0 && !isAnswer(chunk)) return undefined
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new OpenFailure({ id: 'answer-too-large' })
    text += decoder.decode(chunk, { stream: true })
  }
  if (bytes === 0) return undefined
  const { parseDiagnosis } = await loadSchema()
  const value = parsedJson(text + decoder.decode())
  const parsed = parseDiagnosis(value)
  if (parsed.ok) return parsed.diagnosis
  const inChinese = parseDiagnosis(value, 'zh')
  throw new OpenFailure({
    id: 'answer-wrong',
    en: parsed.complaints.join('; '),
    zh: inChinese.ok ? '' : inChinese.complaints.join('；'),
  })
}

/** Beside the worker, where the build puts it. */
async function loadSchema(): Promise<typeof import('./answer-schema.ts')> {
  // zod compiles its checks where it may; its try to would be told as a breach of the page's policy.
  Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
  const address = new URL('answer-schema.js', import.meta.url).href
  // The build makes it of that very file.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (await import(address)) as typeof import('./answer-schema.ts')
}

/** The schema is the first field that `--json` writes. */
const FIRST = /^\uFEFF?\s*\{\s*"schema"\s*:\s*"whyreset\.diagnosis\//
const FIRST_BYTES = 200

function isAnswer(chunk: Uint8Array): boolean {
  return FIRST.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(chunk.subarray(0, FIRST_BYTES)))
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new OpenFailure({ id: 'answer-cut' })
  }
}
