import type { SgNode } from '@ast-grep/napi'
import { createHash } from 'node:crypto'
import type { Fate } from './flow/follow.ts'
import type { Place } from './place.ts'
import type { Outcome, Rule } from './rule.ts'

/** Lines around a place that are shown. */
const FRAME_BEFORE = 2
const FRAME_AFTER = 2
/** UTF-16 units of a line that is shown. */
const MAX_FRAME_LENGTH = 300

export interface Found {
  readonly rule: Rule
  readonly node: SgNode
  readonly outcome: Outcome
  readonly fate: Partial<Fate>
  readonly inFunction: string | undefined
  /** Of the rule's confidence: what is said of a helper's caller rests on one step more. */
  readonly share: number
}

/** What is told of a find; undefined where the rule has nothing to say of such an outcome. */
export function placeOf(found: Found, file: string, lines: readonly string[]): Place | undefined {
  const { rule, node, outcome, inFunction, share } = found
  const { opensAt, leavesAt, into } = found.fate
  const report = rule.reports[outcome]
  if (report === undefined) return undefined
  const { start, end } = node.range()
  const line = (opensAt ?? start.line) + 1
  const isElsewhere = opensAt !== undefined && opensAt !== start.line
  const text = lines[line - 1] ?? ''
  return {
    rule: rule.id,
    language: rule.language,
    file,
    line,
    column: isElsewhere ? text.length - text.trimStart().length + 1 : start.column + 1,
    endLine: isElsewhere ? line : end.line + 1,
    endColumn: isElsewhere ? text.length + 1 : end.column + 1,
    severity: report.severity,
    confidence: Math.round(report.confidence * share * 100) / 100,
    outcome,
    message: report.message
      .replace('{line}', leavesAt === undefined ? 'the end' : `line ${leavesAt + 1}`)
      .replace('{into}', into ?? 'a collection'),
    causes: rule.causes,
    fix: rule.fix,
    ...(leavesAt === undefined ? {} : { leavesAt: leavesAt + 1 }),
    ...(outcome === 'collected' && into !== undefined ? { into } : {}),
    ...(inFunction === undefined ? {} : { inFunction }),
    frame: frameAround(line, lines),
    fingerprint: fingerprint(rule.id, file, text),
  }
}

function frameAround(line: number, all: readonly string[]): Place['frame'] {
  const from = Math.max(1, line - FRAME_BEFORE)
  const lines = all.slice(from - 1, line + FRAME_AFTER)
  return { from, lines: lines.map((text) => text.slice(0, MAX_FRAME_LENGTH)) }
}

/** The rule, the file and the text of the line, without its blanks. */
function fingerprint(rule: string, file: string, text: string): string {
  return createHash('sha256')
    .update(`${rule}\0${file}\0${text.replace(/\s+/g, '')}`)
    .digest('hex')
    .slice(0, 16)
}
