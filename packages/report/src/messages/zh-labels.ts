import type { InputKind } from '@whyreset/core'
import type { Labels } from './answer-labels.ts'
import { count, decimal, duration, percent, significance } from './numbers.ts'

export const ZH_LABELS: Labels = {
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
      ? `${count(t.bursts)} 次突发，均${lag(t.withinMs)}（若为巧合，预期 ${count(t.of)} 次中有 ${decimal(t.expectedByChance)} 次，${significance(t.pValue)}）`
      : `${count(t.bursts)} 次突发；${count(t.of)} 次中有 ${count(t.matched)} 次${lag(t.withinMs)}（若为巧合，预期 ${decimal(t.expectedByChance)} 次，${significance(t.pValue)}）`,
  connections: (n) => `${count(n)} 个连接`,
  records: (kind, n) => `${count(n)} ${RECORD[kind]}`,
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

const RECORD: Readonly<Record<InputKind, string>> = {
  capture: '个报文',
  'gc-log': '次回收',
  'socket-table': '行',
  'app-log': '个事件',
  'kernel-trace': '个事件',
  counters: '个计数器',
  manifest: '项',
  unknown: '条记录',
}

/** `3 次“reset by peer”`, `3 次 TLS 失败`. */
export function times(n: number, word: string): string {
  return `${count(n)} 次${/^[A-Za-z]/.test(word) ? ' ' : ''}${word}`
}

function lag(withinMs: number): string {
  return withinMs <= 0 ? '落在垃圾回收期间' : `在垃圾回收后 ${decimal(withinMs)} ms 之内`
}
