import type { SourceReport } from '@whyreset/core'
import type { SourceMap } from '../map-source.ts'
import { sourceVerdict } from '../scan/scan-phrases.ts'
import { pseudonyms } from './pseudonyms.ts'

/** What stands for a line of code. */
const HIDDEN_CODE = '…'
const EXTENSION = /\.(?:java|kts?|[cm]?[jt]sx?|pyi?|go|cs)$/

/** `source-1.java` by the path of a file, and by its bare name where only one file has it. */
export function sourceNames(source: SourceReport | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const bare = new Map<string, string | undefined>()
  for (const { file } of [...(source?.results ?? []), ...(source?.problems ?? [])]) {
    if (names.has(file)) continue
    const name = `source-${names.size + 1}${EXTENSION.exec(file)?.[0] ?? ''}`
    names.set(file, name)
    const last = file.split('/').at(-1) ?? file
    bare.set(last, bare.has(last) ? undefined : name)
  }
  for (const [last, name] of bare) if (name !== undefined && !names.has(last)) names.set(last, name)
  return names
}

/** Lines, rules, how sure it is, and what the evidence says stay; code, names, and what may hold them do not. */
export function hiddenSource(
  names: ReadonlyMap<string, string>,
  hidden: (text: string) => string,
  rules: ReadonlySet<string>,
): Omit<SourceMap, 'message'> {
  return {
    file: (file) => names.get(file) ?? hidden(file),
    code: () => HIDDEN_CODE,
    name: hidden,
    rule: (rule) => (rules.has(rule) ? rule : hidden(rule)),
    // A rule's sentence may name a variable, and a saved file may hold anything here: whoever knows the rules says it anew.
    ruleSays: () => HIDDEN_CODE,
    fix: () => '',
    // It is a digest of the line: whoever guesses the line could tell that it was this one.
    fingerprint: pseudonyms('place'),
    problem: () => 'could not be looked at',
    verdict: (_verdict, report) => sourceVerdict(report),
  }
}
