import type { Labels } from './answer-labels.ts'
import { EN_LABELS } from './en-labels.ts'
import type { Lang } from './lang.ts'
import { ZH_LABELS } from './zh-labels.ts'

export const LABELS: Readonly<Record<Lang, Labels>> = { en: EN_LABELS, zh: ZH_LABELS }
