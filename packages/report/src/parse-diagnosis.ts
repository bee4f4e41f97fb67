import type { Diagnosis } from '@whyreset/core'
import * as z from 'zod'
import { diagnosisSchema, SCHEMA_ID } from './diagnosis-schema.ts'
import { cleanShort } from './escape.ts'
import type { Lang } from './messages/lang.ts'

export type ParsedDiagnosis =
  | { readonly ok: true; readonly diagnosis: Diagnosis }
  /** Sentences without the file's name, most important first, at most `MAX_COMPLAINTS`. */
  | { readonly ok: false; readonly complaints: readonly string[] }

/**
 * Checks a saved Diagnosis. Fields that this version does not know are left out, so that files of a later
 * minor version can be read; a known field of another type is a complaint.
 */
export function parseDiagnosis(value: unknown, lang: Lang = 'en'): ParsedDiagnosis {
  const words = WORDS[lang]
  const named = z.object({ schema: z.string() }).safeParse(value)
  if (!named.success) return { ok: false, complaints: [words.noSchema] }
  if (named.data.schema !== SCHEMA_ID)
    return { ok: false, complaints: [words.otherSchema(cleanShort(named.data.schema, 60))] }
  const parsed = diagnosisSchema.safeParse(
    value,
    lang === 'zh' ? { error: z.locales.zhCN().localeError } : {},
  )
  if (parsed.success) return { ok: true, diagnosis: parsed.data }
  const complaints = parsed.error.issues
    .slice(0, MAX_COMPLAINTS)
    .map((issue) => cleanShort(`${z.core.toDotPath(issue.path)}: ${issue.message}`, MAX_COMPLAINT_LENGTH))
  return { ok: false, complaints }
}

/** UTF-16 units. */
const MAX_COMPLAINT_LENGTH = 300

/** Complaints about one file; the rest would repeat them. */
const MAX_COMPLAINTS = 5

const WORDS = {
  en: {
    noSchema: `is not a diagnosis: it has no "schema": "${SCHEMA_ID}"`,
    otherSchema: (found: string) => `has the schema "${found}"; ${SCHEMA_ID} was wanted`,
  },
  zh: {
    noSchema: `不是诊断结果：没有 "schema": "${SCHEMA_ID}"`,
    otherSchema: (found: string) => `schema 是“${found}”；需要 ${SCHEMA_ID}`,
  },
} satisfies Record<Lang, unknown>
