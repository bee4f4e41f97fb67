import type { CauseId } from '@whyreset/core'
import type { Lang } from './lang.ts'

/** What each cause is called in a list: a short noun phrase, without the party. */
export const CAUSE_TITLES: Readonly<Record<CauseId, Readonly<Record<Lang, string>>>> = {
  'garbage-collected': { en: 'closed by the garbage collector', zh: '被垃圾回收器关闭' },
  'unread-data': { en: 'closed with data unread', zh: '关闭时仍有未读数据' },
  'request-unread': { en: 'request body left unread', zh: '请求体未读完' },
  'caller-gave-up': { en: 'client gave up in mid-response', zh: '客户端中途放弃' },
  'process-exit': { en: 'process exit', zh: '进程退出' },
  'listener-closed': { en: 'listener closed with connections waiting', zh: '监听关闭时仍有待接受的连接' },
  'tls-failure': { en: 'TLS failure', zh: 'TLS 失败' },
  'abortive-close': { en: 'abortive close on purpose', zh: '有意的强制关闭' },
  'idle-timeout-reset': { en: 'idle timeout that ends in a reset', zh: '空闲超时后以重置结束' },
  'keep-alive-race': { en: 'keep-alive race', zh: '长连接复用竞争' },
  'data-after-close': { en: 'data after the peer closed', zh: '对端关闭后仍发送数据' },
  'half-open': { en: 'half-open connection', zh: '半开连接' },
  'port-reuse': { en: 'ports reused too early', zh: '端口过早复用' },
  'connection-refused': { en: 'connection refused', zh: '连接被拒绝' },
  'accept-queue-overflow': { en: 'accept queue overflow', zh: '接受队列溢出' },
  'keepalive-timeout': { en: 'keepalive probes unanswered', zh: '保活探测无应答' },
  'retransmission-timeout': { en: 'retransmissions unanswered', zh: '重传超时' },
  'middlebox-idle-timeout': { en: 'idle timeout of a device on the path', zh: '中间设备空闲超时' },
  'policy-reject': { en: 'rejected by a firewall or policy', zh: '被防火墙或策略拒绝' },
  'injected-reset': { en: 'forged reset', zh: '伪造的重置' },
  'nat-state-lost': { en: 'NAT or load-balancer entry lost', zh: 'NAT 或负载均衡表项丢失' },
  'health-probe': { en: 'health probe', zh: '健康检查' },
  'port-scan': { en: 'port scan', zh: '端口扫描' },
  'late-reset': { en: 'reset after the end', zh: '连接结束后的重置' },
  'ignored-reset': { en: 'reset that had no effect', zh: '未生效的重置' },
  'no-reset-on-wire': { en: 'no reset on the wire', zh: '网络上没有重置' },
  unknown: { en: 'cause not known', zh: '原因未知' },
}
