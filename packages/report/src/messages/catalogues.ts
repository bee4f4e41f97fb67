import { en, type Catalogue } from '@whyreset/core'
import type { Lang } from './lang.ts'
import { zh } from './zh.ts'

/** Sentences by language: what core wrote them from, for languages other than its English and for text written anew. */
export const CATALOGUES: Readonly<Record<Lang, Catalogue>> = { en, zh }
