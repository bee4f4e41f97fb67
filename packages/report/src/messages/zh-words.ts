import { CAUSE_TITLES } from './cause-titles.ts'
import { ZH_LABELS } from './zh-labels.ts'

/** The Chinese of core's word for what a log said; a word without one in quotation marks. */
export function logWord(word: string): string {
  const { logWord: words } = ZH_LABELS
  return (Object.hasOwn(words, word) ? words[word] : undefined) ?? `“${word}”`
}

export function causeTitle(id: string): string {
  const titles: Readonly<Record<string, { readonly zh: string }>> = CAUSE_TITLES
  return (Object.hasOwn(titles, id) ? titles[id]?.zh : undefined) ?? id
}
