import type { Lang } from '@whyreset/report/page'
import type { Words } from './page-words.ts'
import { en } from './en-words.ts'
import { zh } from './zh-words.ts'

export const WORDS: Readonly<Record<Lang, Words>> = { en, zh }
