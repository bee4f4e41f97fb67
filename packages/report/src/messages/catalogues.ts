import type { Lang } from './labels.ts'
import { zh } from './zh.ts'

/**
 * Sentences by language. English is what core writes into every message's `text`; its catalogue is needed only
 * where text must be written anew.
 */
export const CATALOGUES: Readonly<Record<Lang, object>> = { en: {}, zh }
