import type { Message, Problem } from '@whyreset/core'
import { CATALOGUES } from './catalogues.ts'
import type { Lang } from './lang.ts'
import { PROBLEMS_ZH } from './zh-problems.ts'

/**
 * The sentence in a language. English is the message's own text; a message that the catalogue of another
 * language lacks, because a later version wrote it, stays English rather than missing.
 */
export function renderMessage(message: Message, lang: Lang): string {
  return lang === 'en' ? message.text : (sentenceOf(CATALOGUES[lang], message) ?? message.text)
}

/** What is wrong with an input, in a language; one that only a later version knows stays English. */
export function renderProblem({ code, values, text }: Problem, lang: Lang): string {
  return lang === 'en' ? text : (sentenceOf(PROBLEMS_ZH, { id: code, values, text }) ?? text)
}

/** What a catalogue makes of a message's id and values, or undefined when it lacks the id or the values do not fit. */
export function sentenceOf(catalogue: object, { id, values }: Message): string | undefined {
  if (!Object.hasOwn(catalogue, id)) return undefined
  // The id was found in the catalogue; a saved file may still carry other values than the template wants.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const template = (catalogue as Record<string, unknown>)[id]
  if (typeof template !== 'function') return undefined
  try {
    const sentence: unknown = template(values)
    return typeof sentence === 'string' ? sentence : undefined
  } catch {
    return undefined
  }
}
