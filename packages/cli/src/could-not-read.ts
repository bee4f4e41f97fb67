import type { InputReport, Problem, ProblemCode } from '@whyreset/core'
import { cleanShort } from '@whyreset/report/escape'
import type { NamedEvidence } from './open-paths.ts'

/** Problems that stand for an input of which nothing was of use; damage inside one is answered instead. */
const FATAL: ReadonlySet<ProblemCode> = new Set([
  'unreadable-input',
  'empty-input',
  'unknown-format',
  'compressed-input',
  'packed-input',
  'saved-answer',
])
/** In a folder, other things lie beside the evidence: notes, a log that is still empty, an earlier answer. */
const USUAL_IN_FOLDERS: ReadonlySet<ProblemCode> = new Set(['empty-input', 'unknown-format', 'saved-answer'])

/** UTF-16 units of a name on the command line that an error repeats. */
const MAX_NAME_LENGTH = 300
const MAX_TEXT_LENGTH = 500

export interface CouldNotRead {
  /** One line each: `missing.pcap: cannot be read: no such file or directory`. Safe on a terminal. */
  readonly lines: readonly string[]
  /** Nothing at all was read: there is no answer. */
  readonly isNothingRead: boolean
}

/** What the user named and did not get; `all` are the reports on the inputs of `named`, in order. */
export function couldNotRead(named: readonly NamedEvidence[], all: readonly InputReport[]): CouldNotRead {
  const lines: string[] = []
  let next = 0
  for (const { path, isFolder, isCut, inputs } of named) {
    const reports = all.slice(next, next + inputs.length)
    next += inputs.length
    lines.push(...(isFolder ? folderLines(path, reports) : reports.flatMap(fileLine)))
    if (isCut) lines.push(line(path, 'holds more files than are read: name those that matter'))
  }
  if (all.length === 0)
    lines.push(...named.map(({ path }) => line(path, 'is never read: a capture or a log was wanted')))
  return {
    lines,
    isNothingRead: all.every((report) => fatalProblem(report) !== undefined && report.records === 0),
  }
}

function folderLines(path: string, reports: readonly InputReport[]): string[] {
  const failed = reports.filter((report) => fatalProblem(report) !== undefined)
  const [first] = failed
  const found = first === undefined ? undefined : fatalProblem(first)
  if (first !== undefined && found !== undefined && failed.length === reports.length && first.path !== path) {
    const inside = first.path.startsWith(path) ? first.path.slice(path.length) : first.path
    const which = `${inside.replace(/^[/\\]/, '')} ${found.text}`
    const all = failed.length === 1 ? 'its only evidence' : `none of its ${failed.length} files`
    const verb = failed.length === 1 ? 'could not' : 'could'
    return [line(path, `${all} ${verb} be read: ${which}`)]
  }
  return failed
    .filter((report) => !USUAL_IN_FOLDERS.has(fatalProblem(report)?.code ?? 'empty-input'))
    .flatMap(fileLine)
}

function fileLine(report: InputReport): string[] {
  const found = fatalProblem(report)
  return found === undefined ? [] : [line(report.path, found.text)]
}

function fatalProblem({ problems }: InputReport): Problem | undefined {
  return problems.find(({ code }) => FATAL.has(code))
}

function line(path: string, text: string): string {
  return `${cleanShort(path, MAX_NAME_LENGTH)}: ${cleanShort(text, MAX_TEXT_LENGTH)}`
}
