import {
  bytes,
  duration as lasting,
  type Catalogue,
  type CauseId,
  type StatementValues,
} from '@whyreset/core'
import { CAUSE_TITLES } from './cause-titles.ts'
import { times, ZH_LABELS } from './zh-labels.ts'
import { count, decimal, duration, significance, timeRange } from './numbers.ts'
import { FIXES, WOULD_TELL } from './zh-advice.ts'
import { COMPARE_SENTENCES_ZH } from './zh-compare.ts'

const STATEMENTS: { readonly [K in CauseId as `statement-${K}`]: (v: StatementValues) => string } = {
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

/** The Chinese of every message of core's catalogue: a missing one fails to compile. */
export const zh: Catalogue = {
  ...STATEMENTS,
  ...FIXES,
  ...WOULD_TELL,
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
  ...COMPARE_SENTENCES_ZH,
  'verdict-nothing-lost': (v) =>
    v.resets === 0
      ? `没有连接被重置：共看到 ${connections(v.connections)}，没有任何损失。`
      : `没有任何损失：${connections(v.connections)}中有 ${count(v.resets)} 次重置，均无害。`,
  'verdict-no-capture': (v) =>
    `没有提供抓包：读到 ${count(v.events)} 个日志和跟踪事件，但没有报文就无法解释重置。`,
  'verdict-log-only': (v) =>
    `抓包中没有重置，但同一时段的日志报告了 ${count(v.events)} 次重置：请在另一端也抓包。`,
  'verdict-interrupted': (v) => `已中断：到目前为止的 ${count(v.connections)} 个连接中没有看到重置。`,
  'verdict-partly-judged': (v) =>
    `已中断：共 ${count(v.resets)} 个重置，最早的 ${count(v.judged)} 个都无害，其余尚未判断。`,
  'verdict-no-tcp': (v) => `${count(v.packets)} 个报文中读不出任何 TCP 连接：没有可解释的内容。`,
  'verdict-no-match': (v) => `${count(v.resets)} 个被重置的连接中，没有一个符合筛选条件。`,
  'verdict-nothing-read': () => '没有读到任何可用的内容。',
  'verdict-only-warnings': (v) => `目前还没有连接被重置，但有 ${count(v.warnings)} 条警告。`,

  // Why a cause holds
  'unread-kernel': (v) => `内核表明套接字关闭时还有未读数据（${v.reason}）`,
  'unread-zero-window': (v) =>
    v.stalledMs < 1
      ? '读取方通告了零窗口：没有人在读'
      : `读取方的窗口停在 0 已有 ${lasting(v.stalledMs)}：没有人在读`,
  'unread-window-shrunk': (v) => `窗口缩小了 ${size(v.bytes)}，即已收到但未读的数据`,
  'unread-socket-table': (v) => `套接字表显示，已收到但未读的数据有 ${size(v.bytes)}`,
  'unread-in-flight': (v) => `正发往关闭方、还在途中的数据有 ${size(v.bytes)}`,
  'unread-response-incomplete': (v) => `响应被截断：共 ${size(v.announced)}，只送达了 ${size(v.delivered)}`,
  'bursts-follow-collections': (v) =>
    `${count(v.of)} 次重置突发中，有 ${count(v.matched)} 次${
      v.withinMs <= 0 ? '落在垃圾回收期间' : `出现在垃圾回收后 ${lasting(v.withinMs)} 之内`
    }；若为巧合，预期 ${decimal(v.expected)} 次（${significance(v.pValue)}）`,
  'bursts-precede-collections': (v) =>
    `靠近垃圾回收的 ${count(v.matched)} 次重置突发中，有 ${count(v.early)} 次早于回收暂停的结束`,
  'references-found-dead': (v) =>
    `这些回收发现了 ${count(v.final + v.phantom)} 个已失效的引用，它们所指的对象会关闭套接字`,
  'closed-by-finalizer': (v) => `内核记录了关闭套接字的线程：${v.thread}`,
  'clock-fitted': (v) =>
    `日志只有运行时长；进程启动时刻按抓包推算（首个报文${v.offsetMs < 0 ? '之前' : '之后'} ${lasting(Math.abs(v.offsetMs))}）`,
  'request-body-unread': (v) =>
    `服务端返回 ${v.status} 并关闭时，请求体${
      v.announced > v.delivered
        ? `共 ${size(v.announced)}，只发送了 ${size(v.delivered)}`
        : `已发送 ${size(v.delivered)}`
    }`,
  'gave-up-awaiting-response': (v) => `客户端发出请求 ${lasting(v.afterMs)} 后关闭了连接，尚未收到任何响应`,
  'gave-up-in-response': (v) =>
    `客户端发出请求${v.afterMs < 1 ? '后随即' : ` ${lasting(v.afterMs)} 后`}关闭了连接，此时响应${
      v.delivered > 0 ? `才送达 ${size(v.delivered)}` : '还没有收完'
    }`,
  'same-wait-each-time': (v) => `每次等待的时间都相同：${lasting(v.waitMs)}，共 ${count(v.count)} 次`,
  'log-says': (v) => `日志也这样记录：${times(v.count, logWord(v.word))}`,
  'process-gone': (v) => `之后的套接字表里再也没有${v.process === '' ? '该进程' : ` ${v.process} `}的连接`,
  'ended-at-one-instant': (v) =>
    `${connections(v.count)}在同一瞬间被重置${v.fins > 0 ? `，另有 ${count(v.fins)} 个以 FIN 关闭` : ''}`,
  'port-refused-afterwards': (v) =>
    `${v.afterMs < 1 ? '紧接着' : `${lasting(v.afterMs)} 之后`}，它的端口开始拒绝连接`,
  'process-stopped': (v) => `日志表明进程已退出：${v.text}`,
  'server-never-spoke': (v) => `握手已经完成，但服务端在 ${connections(v.count)}上一个字节也没有发过`,
  'socket-not-accepted': (v) => `${lasting(v.agoMs)} 前的套接字表显示它不属于任何进程：尚未被 accept`,
  'dropped-by-kernel': () => '连接是由内核丢弃的，而不是程序关闭的',
  'tls-alert': (v) => `此前有一条 TLS 告警：${v.description}（${v.level}）`,
  'tls-mismatch-plain-client': () => '客户端用明文访问了 TLS 端口',
  'others-speak-tls': (v) =>
    `该端口另有 ${connections(v.count)}以 TLS 握手开始，而没有 TLS 的连接从未得到应答`,
  'tls-mismatch-plain-server': () => '服务端用明文应答了 ClientHello',
  'tls-refused-after-hello': (v) =>
    `${v.serverName === '' ? '' : `发往 ${v.serverName} 的 `}ClientHello 刚发出就收到了 RST`,
  'tls-handshake-unfinished': () => 'TLS 握手没有完成',
  'nothing-unread-closed': () => '收到的数据都已读完，也没有发送 FIN：这是有意的强制关闭',
  'peer-unresponsive': () => '对端此前已经不再应答',
  'closed-by-other': (v) => `关闭该套接字的是另一个进程${v.process === '' ? '' : `：${v.process}`}`,
  'kernel-reason': (v) => `内核给出的原因是 ${v.reason}`,
  'peer-stalled': (v) => `对端已有 ${lasting(v.stalledMs)} 没有接收数据（零窗口）`,
  'fixed-age': (v) =>
    v.count > 1
      ? `每次都发生在同一时长：${lasting(v.ageMs)}，共 ${count(v.count)} 次`
      : `发生在等待 ${lasting(v.ageMs)} 之后`,
  'server-says-timeout': () => '服务端日志说明是超时',
  'request-after-server-fin': (v) =>
    `服务端在空闲 ${lasting(v.idleMs)} 后关闭了连接，${
      v.crossing ? '而一个请求在途中与它的 FIN 交错' : `请求在其 FIN 之后 ${lasting(v.afterFinMs)} 才到`
    }`,
  'idle-time-of-server': (v) =>
    `服务端在同样的空闲时间（${lasting(v.idleMs)}）之后关闭了 ${connections(v.count)}`,
  'data-after-fin': (v) =>
    `对端向${v.afterFinMs > 0 ? ` ${lasting(v.afterFinMs)} 之前就` : ''}已经关闭的一方发送了 ${size(v.bytes)}`,
  'peer-knows-nothing': (v) =>
    `${v.silenceMs > 0 ? `静默 ${lasting(v.silenceMs)} 之后，` : ''}连接中途的一个报文段只换来一个裸 RST，此前没有 FIN`,
  'service-restarted': () => '服务在那前后重新启动过',
  'listener-answers': (v) => `内核里没有这条连接（${v.reason}）`,
  'new-connections-accepted': () => '此后同一服务仍能接受新连接',
  'challenge-ack-to-syn': () => 'SYN 得到的应答是另一条连接的确认（challenge ACK）',
  'syn-reused-ports': () => '同样的端口刚被另一条连接用过',
  'handshake-rejected': (v) => `内核拒绝了这次握手（${v.reason}）`,
  'syn-answered-by-reset': () => '每个 SYN 都立刻换来 RST',
  'queue-overflow-shape': () => '服务端还没有接受连接，握手就换来一个裸 RST',
  'queue-counters': (v) => `内核记录到 ${count(v.overflows)} 次 accept 队列溢出`,
  'probes-unanswered': (v) => `${lasting(v.overMs)} 内的 ${count(v.probes)} 次保活探测都没有应答`,
  'window-stayed-closed': (v) => `对端的窗口关闭了 ${lasting(v.closedMs)}，而对它的探测在窗口重开之前就停了`,
  'retransmits-unanswered': (v) => `${lasting(v.overMs)} 内的 ${count(v.retransmits)} 次重传都没有应答`,
  'longest-silence-then-foreign-reset': (v) =>
    `静默 ${lasting(v.silenceMs)} 之后（能存活下来的静默最长 ${lasting(v.survivedMs)}），应答的不是对端`,
  'silence-then-foreign-reset': (v) => `静默 ${lasting(v.silenceMs)} 之后，应答的不是对端`,
  'same-silence-each-time': (v) => `每次静默的时间都相同：${lasting(v.silenceMs)}，共 ${count(v.count)} 次`,
  'foreign-hops': (v) => `这个 RST 的 TTL 是 ${v.hops}，而该主机自己的报文是 ${v.usualHops}`,
  'foreign-timestamps': () => '这个 RST 没有 TCP 时间戳，而该主机的每个报文段都有',
  'foreign-unseen-at-sender': () => '另一端的抓包里没有这个 RST',
  'foreign-several-sequences': (v) => `同时到达了 ${count(v.count)} 个序列号各不相同的 RST`,
  'foreign-spoke-after': (v) =>
    `RST 所声称的发送方此后仍在使用这条连接${v.bytes > 0 ? `（又发送了 ${size(v.bytes)}）` : ''}`,
  'foreign-both-named': () => '两端在同一时刻收到 RST，各自都以对方的名义',
  'foreign-no-kernel-event': () => 'RST 所声称的发送方，其内核没有发出过这个 RST',
  'rejected-in-mid-flow': (v) =>
    `${v.silenceMs > 0 ? `静默 ${lasting(v.silenceMs)} 之后，` : ''}连接中途的一个报文段立刻换来一个并非对端发出的 RST`,
  'syn-rejected-by-other-hop': (v) => `应答 SYN 的报文 TTL 是 ${v.hops}，而该主机的其他应答是 ${v.usualHops}`,
  'stranger-answered': (v) => `同一条连接出现在 ${v.stranger}，而它从未在那里建立过`,
  'wrong-host-answered': () => '应答的是一台比服务端更近的主机，它不认识这条连接',
  'probe-shape': (v) => `客户端在 ${lasting(v.lifetimeMs)} 内完成握手随即重置，没有数据`,
  'scan-shape': (v) => `同一来源尝试了 ${count(v.targets)} 个端口，均未发送数据`,
  'both-fins-first': () => '在 RST 之前，双方都已发送 FIN',
  'only-alert-lost': () => '关闭之后只来了 TLS 的关闭告警（close_notify）',
  'answers-duplicate': () => '它应答的是已经确认过的重复报文',
  'connection-lived-on': (v) => `此后双方仍在通信${v.bytes > 0 ? `（${size(v.bytes)}）` : ''}`,
  'log-without-reset': (v) =>
    `日志里有 ${times(v.count, logWord(v.word))}；抓包中看到的是：${onWire(v.wire)}`,
  candidates: (v) => `可能的原因：${v.causes.split(', ').map(causeTitle).join('、')}`,

  // Why a cause does not hold
  'not-active': () => '这个 RST 不是关闭套接字产生的',
  'not-reply': () => '这个 RST 由套接字或定时器发出，不是应答',
  'not-established': () => '连接从未建立',
  established: () => '连接已经建立',
  'data-was-exchanged': () => '双方已经交换过数据',
  'no-data-unread': () => '没有迹象表明有未读数据',
  'data-was-unread': () => '有未读数据',
  'not-by-server': () => '重置方不是服务端',
  'not-by-client': () => '重置方不是客户端',
  'no-fin-before': () => '此前没有 FIN',
  'fin-came-first': (v) => `${v.by} 此前已发送 FIN`,
  'no-request-open': () => '当时没有这样未完成的请求',
  'request-was-read': () => '请求已经完整发送',
  'nothing-else-ended': () => '该主机当时没有其他连接结束',
  'process-lives-on': (v) => `其进程${v.process === '' ? '' : `（${v.process}）`}仍在运行：之后它还有套接字`,
  'server-had-answered': () => '服务端已在这条连接上发过数据',
  'no-tls': () => '这条连接不是 TLS',
  'tls-was-established': () => 'TLS 会话已经建立',
  'no-fixed-age': () => '此前没有固定的时长',
  'no-silence': (v) => (v.silenceMs < 1 ? '此前没有静默' : `此前只静默了 ${lasting(v.silenceMs)}`),
  'silence-survived-elsewhere': (v) =>
    `静默了 ${lasting(v.silenceMs)}，而其他连接静默 ${lasting(v.survivedMs)} 仍然存活`,
  'not-foreign': () => '这个 RST 与它所声称的发送方相符',
  foreign: (v) => `这个 RST 与它所声称的发送方不符（${v.signs.split(' ').map(foreignSign).join('、')}）`,
  'everything-acknowledged': () => '每个报文段都得到了确认',
  'probes-answered': () => '没有得不到应答的保活探测',
  'closed-by-own-thread': (v) => `内核记录的关闭套接字的线程是 ${v.thread}，它不是替垃圾回收器关闭连接的线程`,
  'no-coincidence': (v) =>
    `${count(v.of)} 次突发中有 ${count(v.matched)} 次出现在垃圾回收之后，与巧合无异（${significance(v.pValue)}）`,
  'ports-not-reused': () => '握手得到了正常的应答',
  'took-effect': () => '连接随这个 RST 结束',
  'something-was-lost': () => '有数据丢失',
  'other-kernel-reason': (v) => `内核给出的原因是 ${v.reason}，与此不符`,
  'too-few-targets': (v) => `该来源只尝试了 ${count(v.targets)} 个端口`,
  'no-stranger': () => '这条连接没有出现在别的主机上',
  'needs-gc-log': () => '缺少垃圾回收日志',
  'needs-handshake': () => '抓包在握手之后才开始',
  'needs-more-resets': (v) => `只有 ${count(v.have)} 次重置突发，要与巧合区分开需要 ${count(v.want)} 次`,

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

function connections(n: number): string {
  return `${count(n)} 个连接`
}

function size(length: number): string {
  return bytes(length).replace(/ bytes?$/, ' 字节')
}

function announced(_all: string, length: string): string {
  return `，声明长度 ${size(Number(length))}`
}

function logWord(word: string): string {
  const { logWord: words } = ZH_LABELS
  return (Object.hasOwn(words, word) ? words[word] : undefined) ?? `“${word}”`
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

function onWire(wire: string): string {
  return wire === 'no RST' ? '没有 RST' : wire
}

function causeTitle(id: string): string {
  const titles: Readonly<Record<string, { readonly zh: string }>> = CAUSE_TITLES
  return (Object.hasOwn(titles, id) ? titles[id]?.zh : undefined) ?? id
}

function foreignSign(sign: string): string {
  return FOREIGN_SIGNS.get(sign) ?? sign
}

/** Where a reset's sequence number lies, by core's words. */
const SEQUENCE_PLACES: ReadonlyMap<string, string> = new Map([
  ['in sequence', '序列号正确'],
  ['not in sequence', '序列号不符'],
])

/** Why a reset is not the named host's, by core's ids. */
const FOREIGN_SIGNS: ReadonlyMap<string, string> = new Map([
  ['hops', 'TTL 不同'],
  ['timestamps-missing', '没有时间戳'],
  ['several-sequences', '多个序列号'],
  ['spoke-after', '该主机此后仍在通信'],
  ['unseen-at-sender', '该主机处没有看到'],
  ['both-named', '两端互以对方名义'],
])
