import type { Catalogue, MessageId } from '@whyreset/core'
import { connections } from './zh-numbers.ts'
import { causeTitle, logWord } from './zh-words.ts'

/** What the evidence says for a place in the source. */
export const SOURCE_SENTENCES: Pick<Catalogue, Extract<MessageId, `seen-${string}`>> = {
  'seen-leak-report': (v) =>
    `${v.log} 第 ${v.logLine} 行：泄漏报告指出 ${v.file}:${v.fileLine}${within(v.isWithin)}`,
  'seen-stack-trace': (v) =>
    `${v.log} 第 ${v.logLine} 行：调用栈指出 ${v.file}:${v.fileLine}${within(v.isWithin)}，错误：${logWord(v.word)}`,
  'seen-cause': (v) => `能解释“${causeTitle(v.cause)}”（${connections(v.connections)}）`,
  'seen-candidate': (v) => `可以解释“${causeTitle(v.cause)}”，这是 ${connections(v.connections)}的候选原因`,
  'seen-close-wait': (v) => `会留下 CLOSE_WAIT，现有 ${connections(v.count)}处于该状态`,
  'seen-stalled': (v) => `会留下未读完的响应，现有 ${connections(v.count)}的接收窗口已满`,
  'seen-path': (v) => `请求过 ${v.path}，第 ${v.line} 行含有 ${v.literal}`,
  'seen-host': (v) => `访问过 ${v.host}，第 ${v.line} 行提到它`,
  'seen-thread': (v) => `证据中有线程 ${v.thread}，第 ${v.line} 行把线程命名为 ${v.literal}`,
  'seen-thread-runs': (v) => `证据中有线程 ${v.thread}，它运行的是 ${v.function}`,
  'seen-runtime': (v) => `证据中的程序运行于 ${RUNTIMES.get(v.runtime) ?? v.runtime}`,
}

const RUNTIMES: ReadonlyMap<string, string> = new Map([
  ['jvm', 'JVM'],
  ['node', 'Node.js'],
  ['python', 'Python'],
  ['go', 'Go'],
  ['dotnet', '.NET'],
])

function within(isWithin: boolean): string {
  return isWithin ? '（同一函数内）' : ''
}
