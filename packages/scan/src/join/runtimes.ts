import type { CauseId, Diagnosis, Finding } from '@whyreset/core'
import type { LanguageId } from '../rule.ts'

interface Runtime {
  readonly id: string
  /** In the format of a garbage-collection log, the writer of a log, or the name of a process. */
  readonly form: RegExp
  readonly languages: readonly LanguageId[]
}

const RUNTIMES: readonly Runtime[] = [
  { id: 'jvm', form: /\b(?:jvm|java)\b/i, languages: ['java', 'kotlin'] },
  { id: 'node', form: /\b(?:v8|node)\b/i, languages: ['javascript'] },
  { id: 'python', form: /\bpython\d?/i, languages: ['python'] },
  { id: 'go', form: /^go\b/i, languages: ['go'] },
  { id: 'dotnet', form: /\bdotnet\b|\.net\b/i, languages: ['csharp'] },
]

/** Language → its runtime, where the evidence is of one. */
export function runtimesOf({ inputs, findings, warnings }: Diagnosis): ReadonlyMap<LanguageId, string> {
  const words = [
    ...inputs.filter(({ kind }) => kind === 'gc-log' || kind === 'app-log').map(({ format }) => format),
    ...findings.flatMap(({ parties }) => [parties?.client?.process ?? '', parties?.server?.process ?? '']),
    ...warnings.map(({ process = '' }) => process),
  ]
  return new Map(
    RUNTIMES.filter(({ form }) => words.some((word) => form.test(word))).flatMap(({ id, languages }) =>
      languages.map((language): [LanguageId, string] => [language, id]),
    ),
  )
}

/** Written in none of the languages that are scanned. */
const NATIVE = /^(?:nginx|haproxy|envoy|apache2|httpd|redis-server|postgres|mysqld|php-fpm|ruby|curl)\b/
/** What a program does to its own connections: the code is the resetting side's. */
const BY_RESETTER: ReadonlySet<CauseId> = new Set([
  'garbage-collected',
  'unread-data',
  'request-unread',
  'caller-gave-up',
  'abortive-close',
])

/** Whether code of this language can have done it: where the program is known, its runtime decides. */
export function canBeIn(language: LanguageId, { cause, resetBy, parties }: Finding): boolean {
  const { client, server } = parties ?? {}
  const ends = [resetBy === 'server' ? server : client]
  if (!BY_RESETTER.has(cause) || (resetBy !== 'client' && resetBy !== 'server'))
    ends.splice(0, 1, client, server)
  return ends.some((end) => canRun(end?.process, language))
}

/** Whether a process, by its name, may run code of this language. Of a name that says nothing, anything may be. */
export function canRun(process: string | undefined, language: LanguageId): boolean {
  if (process === undefined) return true
  const runtime = RUNTIMES.find(({ form }) => form.test(process))
  return runtime === undefined ? !NATIVE.test(process) : runtime.languages.includes(language)
}
