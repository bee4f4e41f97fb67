import type { Catalogue, MessageId } from './catalogue.ts'
import { n } from './en-numbers.ts'

/** What the evidence says for a place in the source. */
export const SOURCE_SENTENCES: Pick<Catalogue, Extract<MessageId, `seen-${string}`>> = {
  'seen-leak-report': (v) =>
    `${v.log} line ${v.logLine}: a leak report names ${v.file}:${v.fileLine}${within(v.isWithin)}`,
  'seen-stack-trace': (v) =>
    `${v.log} line ${v.logLine}: the trace of "${v.word.replaceAll('-', ' ')}" names ${v.file}:${v.fileLine}${within(v.isWithin)}`,
  'seen-cause': (v) => `explains ${v.cause}, found on ${n(v.connections, 'connection')}`,
  'seen-candidate': (v) => `would explain ${v.cause}, a candidate for ${n(v.connections, 'connection')}`,
  'seen-close-wait': (v) => `would leave CLOSE_WAIT, in which ${n(v.count, 'connection')} ${are(v.count)}`,
  'seen-stalled': (v) =>
    `would leave a response unread, as on ${n(v.count, 'connection')} with a full window`,
  'seen-path': (v) => `${v.path} was asked for, and line ${v.line} holds ${v.literal}`,
  'seen-host': (v) => `${v.host} was asked, and line ${v.line} names it`,
  'seen-thread': (v) => `thread ${v.thread} was in it, and line ${v.line} names threads ${v.literal}`,
  'seen-thread-runs': (v) => `thread ${v.thread} was in it, and runs ${v.function}`,
  'seen-runtime': (v) => `the program in the evidence runs on ${RUNTIMES.get(v.runtime) ?? v.runtime}`,
}

const RUNTIMES: ReadonlyMap<string, string> = new Map([
  ['jvm', 'a JVM'],
  ['node', 'Node.js'],
  ['python', 'Python'],
  ['go', 'Go'],
  ['dotnet', '.NET'],
])

function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}

function within(isWithin: boolean): string {
  return isWithin ? ', in the same function' : ''
}
