import type { CauseId, StatementValues } from '@whyreset/core'
import { count } from './numbers.ts'
import { connections } from './zh-numbers.ts'
import { ZH_LABELS } from './zh-labels.ts'

/** What a cause did, in one sentence. */
export const STATEMENTS: { readonly [K in CauseId as `statement-${K}`]: (v: StatementValues) => string } = {
  'statement-garbage-collected': (v) =>
    `${who(v)}：${v.byServer ? '数据还没读完，连接就被垃圾回收器关闭了' : '响应还没读完，连接就被它的垃圾回收器关闭了'}。`,
  'statement-unread-data': (v) => `${who(v)}：关闭时接收缓冲区里还有未读的数据。`,
  'statement-request-unread': (v) => `${who(v)}：请求还没读完，它就返回响应并关闭了连接。`,
  'statement-caller-gave-up': (v) => `${who(v)}：它等不及了，没等响应收完就关闭了连接。`,
  'statement-process-exit': (v) => `${who(v)}：它的进程退出，所有连接随之断开。`,
  'statement-listener-closed': (v) => `${who(v)}：这些连接还没被 accept，它就停止了监听。`,
  'statement-tls-failure': (v) => `${who(v)}：TLS 握手失败。`,
  'statement-abortive-close': (v) => `${who(v)}，是有意为之：没有未读数据，直接强制关闭。`,
  'statement-idle-timeout-reset': (v) => `${who(v)}：它自身的超时到期，以 RST 断开了缓慢或空闲的连接。`,
  'statement-keep-alive-race': (v) => `${who(v)}：下一个请求到达时，它已经把这些空闲连接关闭了。`,
  'statement-data-after-close': (v) => `${who(v)}：它已经关闭连接，对端却还在发送数据。`,
  'statement-half-open': (v) => `${who(v)}：它已经不认识这些连接（例如重启之后），属于半开连接。`,
  'statement-port-reuse': (v) => `${who(v)}：端口已被复用，而对端还保留着同一端口上的旧连接。`,
  'statement-connection-refused': (v) =>
    `${several(v.server)}拒绝了来自 ${several(v.client)}的 ${connections(v.count)}：该端口无人监听。`,
  'statement-accept-queue-overflow': (v) => `${who(v)}：它的 accept 队列已满。`,
  'statement-keepalive-timeout': (v) => `${who(v)}：它发出的保活探测一直没有应答。`,
  'statement-retransmission-timeout': (v) => `${who(v)}：它的数据迟迟得不到确认，最终放弃了重传。`,
  'statement-middlebox-idle-timeout': (v) =>
    `${several(v.client)}与 ${several(v.server)}之间的设备清除了空闲连接的表项，并重置了${share(v)}。`,
  'statement-policy-reject': (v) =>
    `防火墙或网络策略以 RST 拒绝了 ${several(v.client)}到 ${several(v.server)}的${share(v)}。`,
  'statement-injected-reset': (v) =>
    `${several(v.client)}与 ${several(v.server)}之间的设备伪造 RST，打断了${share(v)}。`,
  'statement-nat-state-lost': (v) =>
    `NAT 或负载均衡丢失了 ${several(v.client)}到 ${several(v.server)}的${share(v)}的状态：报文落到一台不认识这些连接的主机上，被它重置。`,
  'statement-health-probe': (v) =>
    `${several(v.client)}对 ${several(v.server)}的 ${count(v.count)} 次健康检查：连上即重置，没有传输数据。`,
  'statement-port-scan': (v) =>
    `${several(v.client)}在扫描端口（${ZH_LABELS.endpoints(v.server)}）：${connections(v.count)}，均未传输数据。`,
  'statement-late-reset': (v) =>
    `${several(v.client)}与 ${several(v.server)}之间有 ${count(v.count)} 个迟到的 RST：此前双方均已结束。`,
  'statement-ignored-reset': (v) =>
    `${several(v.client)}与 ${several(v.server)}之间有 ${count(v.count)} 个 RST 未生效：连接照常继续。`,
  'statement-no-reset-on-wire': (v) =>
    `日志${v.server === 'unknown' ? '里' : `称 ${several(v.server)}`}有 ${count(v.count)} 次重置，但抓包中没有 RST。`,
  'statement-unknown': (v) => `${who(v)}；现有证据不足以判定原因。`,
}

/** `10.0.0.1 重置了到 10.0.0.2:80 的 10 个连接中的 3 个`. */
function who(v: StatementValues): string {
  return v.byServer
    ? `${several(v.server)}重置了来自 ${several(v.client)}的${share(v)}`
    : `${v.by} 重置了到 ${several(v.server)}的${share(v)}`
}

/** With a blank before it, as a number follows Chinese text. */
function share(v: StatementValues): string {
  const least = v.atLeast ? '至少 ' : ' '
  return v.total > v.count
    ? ` ${connections(v.total)}中的${least}${count(v.count)} 个`
    : `${least}${connections(v.count)}`
}

/** `10.0.0.1:80 等 42 个`, with a blank after it where Chinese text would stick to an address. */
function several(endpoints: string): string {
  const text = ZH_LABELS.endpoints(endpoints)
  return text.endsWith('个') ? text : `${text} `
}
