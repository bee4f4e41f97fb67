import { duration as lasting, type Catalogue } from '@whyreset/core'
import { count, duration, significance, timeRange } from './numbers.ts'
import { FIXES, WOULD_TELL } from './zh-advice.ts'
import { COMPARE_SENTENCES_ZH } from './zh-compare.ts'
import { connections, size } from './zh-numbers.ts'
import { EXCLUSIONS, REASONS } from './zh-reasons.ts'
import { SOURCE_SENTENCES } from './zh-source.ts'
import { STATEMENTS } from './zh-statements.ts'

/** The Chinese of every message of core's catalogue: a missing one fails to compile. */
export const zh: Catalogue = {
  ...STATEMENTS,
  ...FIXES,
  ...WOULD_TELL,
  ...REASONS,
  ...EXCLUSIONS,
  ...SOURCE_SENTENCES,
  ...COMPARE_SENTENCES_ZH,
  'verdict-nothing-lost': (v) =>
    v.resets === 0
      ? `没有连接被重置：共看到 ${connections(v.connections)}，没有任何损失。`
      : `没有任何损失：${connections(v.connections)}中有 ${count(v.resets)} 次重置，均无害。`,
  'verdict-no-capture': (v) =>
    `没有提供抓包：读到 ${count(v.events)} 个日志和跟踪事件，但没有报文就无法解释重置。`,
  'verdict-log-only': (v) =>
    v.captures > 1
      ? `各处的抓包中都没有重置，但同一时段的日志报告了 ${count(v.events)} 次重置。`
      : `抓包中没有重置，但同一时段的日志报告了 ${count(v.events)} 次重置：请在另一端也抓包。`,
  'verdict-interrupted': (v) => `已中断：到目前为止的 ${count(v.connections)} 个连接中没有看到重置。`,
  'verdict-partly-judged': (v) =>
    `已中断：共 ${count(v.resets)} 个重置，最早的 ${count(v.judged)} 个都无害，其余尚未判断。`,
  'verdict-no-tcp': (v) =>
    `${count(v.packets)} 个报文中读不出任何 TCP 连接：请抓取 TCP 本身，或 VLAN、MPLS、PPPoE、GRE、IP-in-IP、VXLAN、Geneve 之内的 TCP。`,
  'verdict-no-match': (v) => `${count(v.resets)} 个被重置的连接中，没有一个符合筛选条件。`,
  'verdict-nothing-read': () => '没有读到任何可用的内容。',
  'verdict-only-warnings': (v) => `目前还没有连接被重置，但有 ${count(v.warnings)} 条警告。`,

  // Proof
  'proof-rst': (v) => `${v.flags}，${SEQUENCE_PLACES.get(v.seq) ?? v.seq}${v.window === 0 ? '，窗口 0' : ''}`,
  'proof-offending': (v) => `它所应答的报文段（${v.bytes === 0 ? '无数据' : size(v.bytes)}）`,
  'proof-fin': (v) => `${v.by} 的 FIN`,
  'proof-zero-window': (v) => `${v.by} 通告零窗口`,
  'proof-request': (v) => v.request,
  'proof-response': (v) => `HTTP ${v.response.replace(/, (\d+) bytes announced$/, announced)}`,
  'proof-collection': (v) =>
    v.lagMs <= 0 ? `${v.name}，重置时正在进行` : `${v.name}，重置前 ${lasting(v.lagMs)}`,
  'proof-kernel': (v) =>
    v.task === undefined || v.task === '' ? `内核：${v.reason}` : `内核：${v.reason}，${v.task}`,
  'proof-socket': (v) =>
    `${v.state}，Recv-Q ${count(v.recvQ)}${v.process === undefined || v.process === '' ? '' : `，${v.process}`}`,
  'proof-log': (v) => v.text,
  'proof-counter': (v) => `${v.name} +${count(v.value)}`,
  'proof-syn': () => 'SYN',
  'proof-alert': () => 'TLS 告警',
  'proof-refused': () => '发往同一端口的 SYN 被拒绝',
  'proof-repeat': (v) => `${v.by} 共重传 ${v.repeats} 次，始终没有确认`,
  'proof-last-segment': (v) => `${v.by} 的最后一个报文段`,

  // Clocks and next steps
  'clock-zone-estimated': (v) =>
    `未标明时区，按推断的 UTC${v.zone} 处理${v.of > 0 ? `（${count(v.of)} 个事件中有 ${count(v.matched)} 个与重置吻合）` : ''}`,
  'clock-zone-assumed': () => '未标明时区，按 UTC 处理（可用 --log-timezone 指定）',
  'clock-zone-given': (v) => `未标明时区，按给定的 UTC${v.zone} 处理`,
  'clock-start-fitted': (v) =>
    `只有运行时长，推断进程启动于 ${timeRange(v.startedAt, v.startedAt)}（${significance(v.pValue)}）`,
  'clock-start-unknown': () => '只有运行时长，进程启动时刻未知（可用 --gc-start TIME 指定）',
  'clock-trace-estimated': () => '未标明时钟偏移，按抓包与跟踪共有的 RST 推断',
  'next-explain': () => '它是什么、如何确认、如何修复',
  interrupted: () => '已中断：以下是中断前读到的内容',

  // Warnings
  'warning-close-wait-leak': (v) =>
    `${connections(v.count)}（对端 ${v.peer}）停留在 CLOSE_WAIT：对端已关闭，程序没有关闭`,
  'warning-stalled-reader': (v) =>
    `到 ${v.peer} 的 ${connections(v.count)}停滞，接收窗口已满，最久 ${duration(v.seconds)}：关闭或被回收时会被重置`,
  'warning-unanswered-data': (v) =>
    `到 ${v.peer} 的 ${connections(v.count)}悄然中断：反复重传最久 ${duration(v.seconds)}，始终没有确认，也没有任何一方发出重置`,
}

function announced(_all: string, length: string): string {
  return `，声明长度 ${size(Number(length))}`
}

/** Where a reset's sequence number lies, by core's words. */
const SEQUENCE_PLACES: ReadonlyMap<string, string> = new Map([
  ['in sequence', '序列号正确'],
  ['not in sequence', '序列号不符'],
])
