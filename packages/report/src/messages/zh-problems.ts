import { unpackCommand, type ProblemCatalogue } from '@whyreset/core'
import { count, timeRange } from './numbers.ts'

/** Kinds of things that problems count, as core names them; what is not here stays as it is. */
const THINGS: Readonly<Record<string, string>> = {
  collections: '次垃圾回收',
  'counter values': '个计数器值',
  'events of a kernel trace': '内核跟踪事件',
  'lines of /proc/net/snmp or netstat': '/proc/net/snmp 或 netstat 的行',
  'log events': '个日志事件',
  processes: '个进程',
  'rows of a socket table': '套接字表的行',
  sockets: '个套接字',
}
const WANTED: Readonly<Record<string, string>> = {
  'a capture, a log or a socket table': '抓包、日志或套接字表',
  evidence: '证据',
}
const BEFORE_IT = '此前的报文已读取'

/** The Chinese of every problem with an input: a missing one fails to compile. */
export const PROBLEMS_ZH: ProblemCatalogue = {
  'empty-input': (v) => `是空的：需要的是${among(WANTED, v.wanted)}`,
  'unknown-format': (v) =>
    `以${v.found.startsWith('“') ? '' : '字节'} ${v.found} 开头：不是抓包、垃圾回收日志、套接字表、应用日志，也不是内核跟踪`,
  'unreadable-input': (v) => `无法读取：${v.reason}`,
  'line-too-long': (v) =>
    `有一行长达 ${count(v.bytes)} 字节，只保留了开头 ${count(v.kept)} 字节${v.others === undefined ? '' : `；另有 ${count(v.others)} 行同样如此`}`,
  'compressed-input': (v) =>
    `经过压缩（${v.compression}），未能解压；任何地方都可以这样做：${v.compression === 'gzip' ? 'gzip' : 'zstd'} -dc FILE | whyreset -`,
  'saved-answer': (v) =>
    `是以前一次运行的结果，而不是${among(WANTED, v.wanted)}：单独指定它时 whyreset 会显示它，compare 则需要两个`,
  'packed-input': (v) => `经过打包（${v.kind}），这里不会拆开：${unpackCommand(v.kind)}`,
  'compressed-cut-short': (v) =>
    `在其 ${v.compression} 流的中途结束（被截断，或仍在写入）；能解压的部分已读取`,
  'compressed-damaged': (v) => `其 ${v.compression} 流从这里开始损坏（${v.reason}）；能解压的部分已读取`,
  'compressed-then-other': (v) =>
    `其 ${v.compression} 流之后还有 ${count(v.bytes)} 字节不是 ${v.compression}，未读取；之前的内容已全部读取`,
  'pcap-record-length': (v) =>
    `有一条记录自称 ${count(v.length)} 字节，超过抓包程序会写的 ${count(v.limit)} 字节（draft-ietf-opsawg-pcap §5）；此后的内容不可信，${BEFORE_IT}`,
  'pcapng-block-length': (v) =>
    `块长度 ${count(v.length)} 不可能正确：应为 4 的倍数，且不小于 12（pcapng §3.1）；${BEFORE_IT}`,
  'pcapng-block-trailer': (v) =>
    `一个 ${count(v.length)} 字节的块末尾没有重复其长度（pcapng §3.1）；${BEFORE_IT}`,
  'pcapng-byte-order': (v) => `某个节的字节序标记是 ${v.found}，应为 0x1a2b3c4d（pcapng §4.1）；${BEFORE_IT}`,
  'pcapng-unknown-interface': (v) =>
    `有报文属于接口 ${count(v.id)}，但该节只描述了 ${count(v.known)} 个接口（pcapng §4.3）；这些报文已略去`,
  'capture-cut-short': (v) => `在一条记录的中途结束，至少缺 ${count(v.missing)} 字节；${BEFORE_IT}`,
  'tcp-header-cut': (v) =>
    `抓取长度在标志和窗口之前截断了 ${count(v.segments)} 个 TCP 报文段，而关键就在那里；请用 -s 256 或更大的值抓包`,
  'link-type-unknown': (v) =>
    `链路类型 ${count(v.linkType)} 的 ${count(v.packets)} 个报文未能解码（tcpdump.org/linktypes.html 列有名称）`,
  'pictures-cut-short': (v) =>
    `只能读取一次，而且只有前 ${count(v.bytes)} 字节能够保留下来用于绘图（${v.reason}）：图中只显示这一部分，答案则基于全部内容`,
  'records-omitted': (v) =>
    v.which === 'newest'
      ? `只保留了最新的 ${count(v.kept)} ${among(THINGS, v.what)}；更早的 ${count(v.omitted)} 条已略去`
      : `只保留了 ${count(v.kept)} ${among(THINGS, v.what)}；其余 ${count(v.omitted)} 条已略去`,
  'lines-damaged': (v) =>
    `有 ${count(v.lines)} 行看起来是${spaced(among(THINGS, v.what))}，但无法读取，第一处在此；其余的已读取`,
  'gc-event-unfinished': (v) =>
    `有 ${count(v.collections)} 次垃圾回收从这里开始却找不到结束（日志中断、轮转或损坏）：已略去`,
  'gc-time-missing': (v) =>
    `有 ${count(v.collections)} 次垃圾回收没有打印时间，无法与任何事件对照：需要时间戳（-Xlog:gc*:…:time,uptime,level,tags；-XX:+PrintGCDateStamps；docker logs -t）`,
  'gc-log-elsewhere': (v) =>
    `覆盖 ${timeRange(v.from, v.to)}；而数据未读的重置发生在 ${timeRange(v.resetsFrom, v.resetsTo)}：没有可以对照的回收；需要那段时间的日志`,
  'socket-state-assumed': (v) =>
    `有 ${count(v.rows)} 行没有打印状态（ss 只查询了一种状态）：按 ${v.state} 处理`,
  'address-truncated': (v) =>
    `有 ${count(v.rows)} 行的 IPv6 地址被 netstat 按列宽截断：它们以“…”结尾，无法与任何连接对应（netstat -W 或 ss 会完整打印）`,
  'trace-clock-not-seconds': (v) =>
    `有 ${count(v.events)} 个事件带的是计数器而不是秒（trace_clock 为 counter 或 x86-tsc）：已略去`,
  'trace-events-lost': (v) =>
    `内核在读取之前丢弃了${v.events > 0 ? ` ${count(v.events)} 个` : '数量不明的'}事件（buffer_size_kb 太小）：这里可能缺少一些重置`,
  'manifest-not-json': (v) =>
    `不是 JSON，或在 ${count(v.characters)} 个字符之后被截断：旁边的文件将不借助它来读取`,
  'manifest-schema': (v) => `的 schema 是 ${v.found}，应为 ${v.wanted}：旁边的文件将不借助它来读取`,
}

function among(words: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word
}

/** A blank between Chinese and what begins in other letters. */
function spaced(words: string): string {
  return /^[\x21-\x7e]/.test(words) ? ` ${words}` : words
}
