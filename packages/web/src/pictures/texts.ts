import type { Lang } from '@whyreset/report/page'
import type { PictureTexts } from './picture-texts.ts'
import { en } from './en-texts.ts'
import { zh } from './zh-texts.ts'

export const TEXTS: Readonly<Record<Lang, PictureTexts>> = { en, zh }
