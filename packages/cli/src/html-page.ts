import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { renderHtml, type PageData, type PageSide } from '@whyreset/report/html'
import type { Lang } from '@whyreset/report'
import { readShipped } from './executable.ts'
import { systemReason } from './system-reason.ts'

/** A page may be sent to somebody, or not: until then it is for whoever asked, as evidence is. */
const OWNER_ONLY = 0o600

/** Writes the page that `--html` names. Gives a complaint where that failed, without the program's name. */
export function writePage(path: string, data: PageData, lang: Lang): string | undefined {
  try {
    const html = renderHtml(readShipped('page.html'), data, { lang, pack })
    writeFileSync(path, html, { mode: OWNER_ONLY })
    return undefined
  } catch (error) {
    return `${path}: the page could not be written: ${systemReason(error)}`
  }
}

/** The page of one answer. */
export function answerPage(side: PageSide): PageData {
  return { schema: 'whyreset.page/1', kind: 'diagnosis', ...side }
}

export type ComparedSides = Pick<Extract<PageData, { kind: 'comparison' }>, 'comparison' | 'before' | 'after'>

/** The page of a comparison, with both answers. */
export function comparisonPage(compared: ComparedSides): PageData {
  return { schema: 'whyreset.page/1', kind: 'comparison', ...compared }
}

function pack(json: string): string {
  return gzipSync(json, { level: 9 }).toString('base64')
}
