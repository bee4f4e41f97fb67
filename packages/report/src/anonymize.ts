import {
  problem,
  type Diagnosis,
  type Exhibits,
  type InputReport,
  type Message,
  type Problem,
} from '@whyreset/core'
import { hideArguments } from './anonymize/commands.ts'
import { endpointMap } from './anonymize/endpoints.ts'
import { hideExhibits } from './anonymize/hide-exhibits.ts'
import { pseudonyms } from './anonymize/pseudonyms.ts'
import { isLogWriter, isPublic, knownProgram } from './anonymize/public-words.ts'
import { hiddenSource, sourceNames } from './anonymize/hide-source.ts'
import { sipKeyFrom, type SipKey } from './anonymize/siphash.ts'
import { mapStrings, present, type StringMap } from './map-strings.ts'
import { CATALOGUES } from './messages/catalogues.ts'
import { CAUSE_TITLES } from './messages/cause-titles.ts'
import { LABELS } from './messages/labels.ts'
import { sentenceOf } from './messages/render-message.ts'
import { baseName } from './phrases.ts'

/**
 * The same Diagnosis for strangers: counts, times, ports, frames and the reasoning stay; addresses are replaced
 * so that networks stay networks; host names, file names, requests and whatever else came from an input are
 * hidden, and every sentence is written anew from its values. The same key gives the same result, so that two
 * reports can be compared; without one, a key is made at random and forgotten. Whoever has the key can undo it.
 */
export function anonymize(diagnosis: Diagnosis, key?: string): Diagnosis {
  return anonymizeAll(diagnosis, undefined, key).diagnosis
}

/** The same with what its pictures need: both under the same names. Ids of rules of scan are kept if they are among `rules`. */
export function anonymizeAll(
  diagnosis: Diagnosis,
  exhibits: Exhibits | undefined,
  key?: string,
  rules: ReadonlySet<string> = new Set(),
): { readonly diagnosis: Diagnosis; readonly exhibits?: Exhibits } {
  const endpoints = endpointMap(key === undefined ? randomKey() : sipKeyFrom(key))
  const paths = inputNames(diagnosis.inputs)
  const sources = sourceNames(diagnosis.source)
  const hidden = pseudonyms('hidden')
  const processName = pseudonyms('process')
  const incidentId = pseudonyms('incident')
  const process = (name: string): string => knownProgram(name) ?? processName(name)
  const logWriter = (name: string): string => (isLogWriter(name) ? name : process(name))

  function value(name: string, text: string): string {
    const path = paths.get(text)
    if (path !== undefined) return path
    const source = name === 'file' ? sources.get(text) : undefined
    if (source !== undefined) return source
    if (VOCABULARY.has(text) || (SAFE_KEYS.has(name) && SAFE_TEXT.test(text))) return text
    if (TIME.test(text) || isPublic(name, text)) return text
    if (PROCESS_KEYS.has(name)) return process(text)
    if (ENDPOINT_KEYS.has(name)) return endpoints.replace(text)
    return endpoints.replaceAddresses(text) ?? hidden(text)
  }

  function values<V>(from: Readonly<Record<string, V>>, unsafe?: string): Record<string, V | string> {
    return Object.fromEntries(
      Object.entries(from)
        .filter(([name]) => /^[A-Za-z]\w{0,39}$/.test(name))
        .map(([name, item]) => [
          name,
          typeof item === 'string' ? value(name === unsafe ? '' : name, item) : item,
        ]),
    )
  }

  const map: StringMap = {
    message: ({ id, values: from }) => rewritten({ id, values: values(from), text: '' }),
    // A system's reason for not opening a file names the file.
    problem: (found) => rewrittenProblem(found, values(found.values, UNSAFE_IN_PROBLEMS)),
    path: (path) => paths.get(path) ?? hidden(path),
    // A log's format is who wrote it, and in syslog a program calls itself what it likes.
    format: (format, { kind }) => {
      if (kind === 'app-log') return format.split(', ').map(logWriter).join(', ')
      return SAFE_TEXT.test(format) ? format : hidden(format)
    },
    time: (time) => (TIME.test(time) ? time : hidden(time)),
    endpoint: endpoints.replace,
    process,
    logWord: (word) => (Object.hasOwn(LABELS.en.logWord, word) ? word : hidden(word)),
    command: (command) =>
      hideArguments(
        command,
        (word) => paths.get(word) ?? vocabulary(word) ?? endpoints.replaceAddresses(word),
      ),
    doc: (_doc, { cause }) => `docs/causes/${cause}.md`,
    incidentId,
    source: hiddenSource(sources, hidden, rules),
  }
  const anonymous = mapStrings(diagnosis, map)
  return {
    diagnosis: anonymous,
    ...(exhibits === undefined ? {} : { exhibits: hideExhibits(exhibits, value, hidden) }),
  }
}

/** Keys of values that core fills from fixed words, never from an input. */
const SAFE_KEYS: ReadonlySet<string> = new Set([
  'cause',
  'causes',
  'collector',
  'compression',
  'description',
  'family',
  'flags',
  'form',
  'format',
  'kind',
  'level',
  'phase',
  'reason',
  'resetBy',
  'runtime',
  'seq',
  'side',
  'signs',
  'state',
  'unit',
  'wanted',
  'what',
  'which',
  'wire',
  'word',
])

const UNSAFE_IN_PROBLEMS = 'reason'

/** Keys whose values are addresses or host names: hidden under the same names as those of the findings. */
const ENDPOINT_KEYS: ReadonlySet<string> = new Set([
  'address',
  'by',
  'client',
  'host',
  'peer',
  'server',
  'stranger',
])
const PROCESS_KEYS: ReadonlySet<string> = new Set(['comm', 'process', 'program', 'task', 'thread'])

/** ISO 8601 in UTC, as everywhere in a Diagnosis. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/** Even under a safe key only plain words pass: no dots, slashes, quotes, colons or at signs. */
const SAFE_TEXT = /^[A-Za-z][A-Za-z0-9 _,()+-]{0,79}$/

/** Ids that core and this package share; never the name of anything in a network. */
const VOCABULARY: ReadonlySet<string> = new Set([
  ...Object.keys(CAUSE_TITLES),
  ...Object.keys(LABELS.en.family),
  ...Object.keys(LABELS.en.resetBy),
  ...Object.keys(LABELS.en.inputKind),
])

/** Names of files by what is in them: `capture-1.pcap`. */
const FILE_NAMES: Readonly<Record<InputReport['kind'], readonly [string, string]>> = {
  capture: ['capture', 'pcap'],
  'gc-log': ['gc', 'log'],
  'socket-table': ['sockets', 'txt'],
  'app-log': ['app', 'log'],
  'kernel-trace': ['kernel', 'txt'],
  counters: ['counters', 'txt'],
  manifest: ['manifest', 'json'],
  unknown: ['input', 'bin'],
}

/** New names by path, and by the bare file name, which messages and commands may use. `-` is nobody's. */
function inputNames(inputs: readonly InputReport[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const used = new Map<string, number>()
  for (const { path, kind, format } of inputs) {
    if (names.has(path)) continue
    const [stem, usual] = FILE_NAMES[kind]
    const number = (used.get(stem) ?? 0) + 1
    used.set(stem, number)
    names.set(path, path === '-' ? '-' : `${stem}-${number}.${format === 'pcapng' ? format : usual}`)
  }
  const byBaseName = Array.from(names, ([path, name]): [string, string] => [baseName(path), name])
  // A whole path wins over the bare name of another.
  return new Map([...byBaseName.filter(([base]) => base !== ''), ...names])
}

function vocabulary(word: string): string | undefined {
  return VOCABULARY.has(word) ? word : undefined
}

/** The message with its English written anew; one that this version does not know becomes its id and values. */
function rewritten(message: Message): Message {
  const id = /^[a-z0-9-]{1,80}$/.test(message.id) ? message.id : 'unknown'
  const { values } = message
  return { id, values, text: sentenceOf(CATALOGUES.en, message) ?? listed(id, values) }
}

function rewrittenProblem({ code, offset, line }: Problem, values: Problem['values']): Problem {
  const where = present({ offset, line })
  try {
    // The code tells which values it needs; that these are they was checked when the problem was made, and a
    // saved file that lies gets a list instead of a sentence.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return problem(code, values as never, where)
  } catch {
    return { code, values, text: listed(code, values), ...where }
  }
}

function listed(id: string, values: Message['values']): string {
  const list = Object.entries(values).map(([name, item]) => `${name} ${item}`)
  return list.length === 0 ? id : `${id}: ${list.join(', ')}`
}

function randomKey(): SipKey {
  const words = new Uint32Array(4)
  webCrypto().getRandomValues(words)
  const [a = 0, b = 0, c = 0, d = 0] = words
  return [a, b, c, d]
}

/** Web Crypto, which Node and browsers have as a global; the types of neither are in this package. */
function webCrypto(): { getRandomValues: (words: Uint32Array) => unknown } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node since 19 and every browser have it
  return (globalThis as unknown as { crypto: { getRandomValues: (words: Uint32Array) => unknown } }).crypto
}
