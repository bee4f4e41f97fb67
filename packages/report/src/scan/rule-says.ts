import type { Lang } from '../messages/lang.ts'
import { FIX_COMMENTS_ZH, RULES_ZH } from '../messages/zh-rules.ts'
import type { ScanPlace } from '../scan-schema.ts'

type Said = Pick<ScanPlace, 'rule' | 'outcome' | 'message' | 'leavesAt' | 'into'>

/**
 * What a rule says of a place. English is what stands in the report; what the catalogue of another language lacks,
 * because a later version found it, stays English.
 */
export function ruleSays({ rule, outcome, message, leavesAt, into }: Said, lang: Lang): string {
  if (lang === 'en') return message
  const sentence = Object.hasOwn(RULES_ZH, rule) ? RULES_ZH[rule]?.[outcome] : undefined
  return (
    sentence
      ?.replace('{line}', leavesAt === undefined ? '末尾' : `第 ${leavesAt} 行`)
      .replace('{into}', () => (into === undefined ? '一个集合' : ` ${into}`)) ?? message
  )
}

/** What to write instead, its comments in a language. */
export function fixSays(fix: string, lang: Lang): string {
  if (lang === 'en') return fix
  return fix.replace(/((?:^|\s)(?:\/\/|#)\s*)(.+)$/gm, (line, mark: string, says: string) => {
    const translated = Object.hasOwn(FIX_COMMENTS_ZH, says) ? FIX_COMMENTS_ZH[says] : undefined
    return translated === undefined ? line : `${mark}${translated}`
  })
}
