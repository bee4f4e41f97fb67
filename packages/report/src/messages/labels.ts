import type { Family, InputKind, ResetBy, Warning } from '@whyreset/core'
import { count, decimal, duration, significance } from './numbers.ts'

export type Lang = 'en' | 'zh'

/** Every word that the reports add by themselves; what the analysis says is a message of core's catalogue. */
export interface Labels {
  /** Names of the blocks, in the order of the answer. */
  readonly who: string
  readonly when: string
  readonly what: string
  readonly proof: string
  readonly not: string
  readonly maybe: string
  readonly fix: string
  readonly next: string
  readonly seen: string
  readonly read: string
  /** Names of what follows the blocks. */
  readonly also: string
  readonly warning: string
  readonly problem: string
  readonly clock: string
  /** After a name that introduces something. */
  readonly colon: string
  readonly comma: string
  readonly semicolon: string
  /** Between names of equal rank. */
  readonly enumeration: string
  readonly party: Readonly<Record<ResetBy, string>>
  readonly resetBy: Readonly<Record<ResetBy, string>>
  readonly family: Readonly<Record<Family, string>>
  readonly inputKind: Readonly<Record<InputKind, string>>
  readonly warningKind: Readonly<Record<Warning['kind'], string>>
  /** What a log said, by core's word for it; other words are shown as they are. */
  readonly logWord: Readonly<Record<string, string>>
  readonly sentTheResets: string
  readonly sentByMiddlebox: string
  readonly resets: string
  readonly collections: string
  readonly evidence: string
  /** Several endpoints as core joins them: `10.0.0.1 and 41 others`. */
  readonly endpoints: (endpoints: string) => string
  /** A remark after a word. */
  readonly remark: (text: string) => string
  readonly confidence: (share: number) => string
  readonly percent: (share: number) => string
  readonly atMost: (share: number) => string
  readonly logged: (words: readonly { readonly count: number; readonly word: string }[]) => string
  readonly trigger: (t: {
    bursts: number
    matched: number
    of: number
    withinMs: number
    expectedByChance: number
    pValue: number
  }) => string
  readonly connections: (n: number) => string
  readonly records: (kind: InputKind, n: number) => string
  readonly summary: (s: {
    connections: number
    durationSeconds: number
    reset: number
    gracefullyClosed: number
    open: number
    refused: number
    packets: number
  }) => string
  readonly incidentsOmitted: (n: number) => string
  readonly growth: (perMinute: number) => string
  readonly oldest: (seconds: number) => string
  readonly frame: (n: number) => string
  readonly line: (n: number) => string
  readonly row: (n: number) => string
  readonly byte: (n: number) => string
  readonly notGiven: (kinds: readonly string[]) => string
  readonly furtherFindings: (n: number) => string
  readonly more: (n: number) => string
}

const en: Labels = {
  who: 'who',
  when: 'when',
  what: 'what',
  proof: 'proof',
  not: 'not',
  maybe: 'maybe',
  fix: 'fix',
  next: 'next',
  seen: 'seen',
  read: 'read',
  also: 'also',
  warning: 'warning',
  problem: 'problem',
  clock: 'clock',
  colon: ': ',
  comma: ', ',
  semicolon: '; ',
  enumeration: ', ',
  party: { client: 'client', server: 'server', middlebox: 'between', unknown: 'unknown', none: 'nobody' },
  resetBy: {
    client: 'reset by the client',
    server: 'reset by the server',
    middlebox: 'reset by a device between them',
    unknown: 'who reset is not known',
    none: 'no reset on the wire',
  },
  family: {
    abnormal: 'abnormal',
    deliberate: 'deliberate',
    'unknown-connection': 'unknown connection',
    refused: 'refused',
    unresponsive: 'unresponsive',
    middlebox: 'middlebox',
    benign: 'benign',
    unknown: 'unknown',
  },
  inputKind: {
    capture: 'a packet capture',
    'gc-log': 'a garbage-collection log',
    'socket-table': 'a socket table',
    'app-log': 'an application log',
    'kernel-trace': 'a kernel trace',
    counters: 'kernel counters',
    manifest: 'a manifest',
    unknown: 'not recognised',
  },
  warningKind: {
    'close-wait-leak': 'connections that the peer closed and the program did not',
    'stalled-reader': 'connections that nobody reads',
    'unanswered-data': 'connections whose data nobody acknowledges',
  },
  logWord: {
    reset: '"reset by peer"',
    'broken-pipe': '"broken pipe"',
    'hang-up': '"socket hang up"',
    refused: '"connection refused"',
    'timed-out': '"timed out"',
    aborted: '"connection aborted"',
    'early-close': 'closed early',
    'gave-up': 'gave up',
    'proxy-error': 'proxy error',
    tls: 'TLS failure',
    'process-start': 'process start',
    'process-stop': 'process stop',
    leak: 'leak report',
    kernel: 'kernel message',
  },
  sentTheResets: 'sent the resets',
  sentByMiddlebox: 'a device on the path sent the resets',
  resets: 'resets',
  collections: 'collections',
  evidence: 'evidence',
  endpoints: (endpoints) => endpoints,
  remark: (text) => ` (${text})`,
  confidence: (share) => `confidence ${percent(share)}`,
  percent,
  atMost: (share) => `at most ${percent(share)}`,
  logged: (words) => `it logged ${words.map((w) => `${count(w.count)} × ${w.word}`).join(', ')}`,
  trigger: (t) =>
    t.matched === t.of && t.of === t.bursts
      ? `${bursts(t.bursts)} ${lag(t.withinMs)} (by chance: ${decimal(t.expectedByChance)} of ${count(t.of)}, ${significance(t.pValue)})`
      : `${plural(t.bursts, 'burst')}; ${count(t.matched)} of ${count(t.of)} ${lag(t.withinMs)} (by chance: ${decimal(t.expectedByChance)}, ${significance(t.pValue)})`,
  connections: (n) => plural(n, 'connection'),
  records: (kind, n) => plural(n, RECORD[kind]),
  summary: (s) =>
    `${plural(s.connections, 'connection')}, ${plural(s.packets, 'packet')}, ${duration(s.durationSeconds)}: ${[
      `${count(s.reset)} reset`,
      ...(s.refused === 0 ? [] : [`${count(s.refused)} refused`]),
      `${count(s.gracefullyClosed)} closed`,
      `${count(s.open)} open`,
    ].join(', ')}`,
  incidentsOmitted: (n) => `${plural(n, 'further reset')} counted, not listed`,
  growth: (perMinute) => `${perMinute < 0 ? '−' : '+'}${decimal(Math.abs(perMinute))} a minute`,
  oldest: (seconds) => `oldest ${duration(seconds)}`,
  frame: (n) => `frame ${n}`,
  line: (n) => `line ${n}`,
  row: (n) => `row ${n}`,
  byte: (n) => `byte ${count(n)}`,
  notGiven: (kinds) => `not given: ${kinds.join(', ')}`,
  furtherFindings: (n) => plural(n, 'further finding'),
  more: (n) => `${count(n)} more: see --json`,
}

const zh: Labels = {
  who: '双方',
  when: '时间',
  what: '现象',
  proof: '证据',
  not: '排除',
  maybe: '可能',
  fix: '修复',
  next: '下一步',
  seen: '统计',
  read: '输入',
  also: '另外',
  warning: '警告',
  problem: '问题',
  clock: '时钟',
  colon: '：',
  comma: '，',
  semicolon: '；',
  enumeration: '、',
  party: { client: '客户端', server: '服务端', middlebox: '中间', unknown: '未知', none: '无' },
  resetBy: {
    client: '由客户端重置',
    server: '由服务端重置',
    middlebox: '由中间设备重置',
    unknown: '重置方未知',
    none: '网络上没有 RST',
  },
  family: {
    abnormal: '异常关闭',
    deliberate: '主动重置',
    'unknown-connection': '连接不存在',
    refused: '被拒绝',
    unresponsive: '对端无响应',
    middlebox: '中间设备',
    benign: '无害',
    unknown: '未知',
  },
  inputKind: {
    capture: '抓包文件',
    'gc-log': '垃圾回收日志',
    'socket-table': '套接字表',
    'app-log': '应用日志',
    'kernel-trace': '内核跟踪',
    counters: '内核计数器',
    manifest: '清单',
    unknown: '无法识别',
  },
  warningKind: {
    'close-wait-leak': '对端已关闭而程序未关闭的连接',
    'stalled-reader': '无人读取的连接',
    'unanswered-data': '数据始终无人确认的连接',
  },
  logWord: {
    reset: '“reset by peer”',
    'broken-pipe': '“broken pipe”',
    'hang-up': '“socket hang up”',
    refused: '“connection refused”',
    'timed-out': '“timed out”（超时）',
    aborted: '“connection aborted”',
    'early-close': '提前关闭',
    'gave-up': '主动放弃',
    'proxy-error': '代理错误',
    tls: 'TLS 失败',
    'process-start': '进程启动',
    'process-stop': '进程退出',
    leak: '泄漏报告',
    kernel: '内核消息',
  },
  sentTheResets: '发送了 RST',
  sentByMiddlebox: '路径上的设备发送了 RST',
  resets: '重置',
  collections: '回收',
  evidence: '证据',
  endpoints: (endpoints) =>
    endpoints.replace(/ and (\d{1,9}) others$/, (_all, others) => ` 等 ${count(Number(others) + 1)} 个`),
  remark: (text) => `（${text}）`,
  confidence: (share) => `可信度 ${percent(share)}`,
  percent,
  atMost: (share) => `至多 ${percent(share)}`,
  logged: (words) => `其日志记录了 ${words.map((w) => times(w.count, w.word)).join('、')}`,
  trigger: (t) =>
    t.matched === t.of && t.of === t.bursts
      ? `${count(t.bursts)} 次突发，均${lagZh(t.withinMs)}（若为巧合，预期 ${count(t.of)} 次中有 ${decimal(t.expectedByChance)} 次，${significance(t.pValue)}）`
      : `${count(t.bursts)} 次突发；${count(t.of)} 次中有 ${count(t.matched)} 次${lagZh(t.withinMs)}（若为巧合，预期 ${decimal(t.expectedByChance)} 次，${significance(t.pValue)}）`,
  connections: (n) => `${count(n)} 个连接`,
  records: (kind, n) => `${count(n)} ${RECORD_ZH[kind]}`,
  summary: (s) =>
    `${count(s.connections)} 个连接，${count(s.packets)} 个报文，${duration(s.durationSeconds)}：${[
      `${count(s.reset)} 个被重置`,
      ...(s.refused === 0 ? [] : [`${count(s.refused)} 个被拒绝`]),
      `${count(s.gracefullyClosed)} 个正常关闭`,
      `${count(s.open)} 个未关闭`,
    ].join('，')}`,
  incidentsOmitted: (n) => `另有 ${count(n)} 次重置已计数，未列出`,
  growth: (perMinute) => `每分钟 ${perMinute < 0 ? '−' : '+'}${decimal(Math.abs(perMinute))}`,
  oldest: (seconds) => `最久 ${duration(seconds)}`,
  frame: (n) => `第 ${n} 帧`,
  line: (n) => `第 ${n} 行`,
  row: (n) => `表第 ${n} 行`,
  byte: (n) => `第 ${count(n)} 字节`,
  notGiven: (kinds) => `未提供：${kinds.join('、')}`,
  furtherFindings: (n) => `另有 ${count(n)} 项发现`,
  more: (n) => `还有 ${count(n)} 项：见 --json`,
}

export const LABELS: Readonly<Record<Lang, Labels>> = { en, zh }

const RECORD: Readonly<Record<InputKind, string>> = {
  capture: 'packet',
  'gc-log': 'collection',
  'socket-table': 'row',
  'app-log': 'event',
  'kernel-trace': 'event',
  counters: 'counter',
  manifest: 'entry',
  unknown: 'record',
}

const RECORD_ZH: Readonly<Record<InputKind, string>> = {
  capture: '个报文',
  'gc-log': '次回收',
  'socket-table': '行',
  'app-log': '个事件',
  'kernel-trace': '个事件',
  counters: '个计数器',
  manifest: '项',
  unknown: '条记录',
}

function plural(n: number, noun: string): string {
  if (n === 1) return `1 ${noun}`
  return `${count(n)} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`
}

function bursts(n: number): string {
  return n === 1 ? '1 burst,' : `${count(n)} bursts, each`
}

/** `3 次“reset by peer”`, `3 次 TLS 失败`. */
export function times(n: number, word: string): string {
  return `${count(n)} 次${/^[A-Za-z]/.test(word) ? ' ' : ''}${word}`
}

function lag(withinMs: number): string {
  return withinMs <= 0 ? 'during a collection' : `within ${decimal(withinMs)} ms after a collection`
}

function lagZh(withinMs: number): string {
  return withinMs <= 0 ? '落在垃圾回收期间' : `在垃圾回收后 ${decimal(withinMs)} ms 之内`
}

/** 100 % would claim certainty, which no finding has. */
function percent(share: number): string {
  return `${Math.min(99, Math.max(0, Math.round(share * 100)))} %`
}
