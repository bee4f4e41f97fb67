import { duration as lasting, type Catalogue } from '@whyreset/core'
import { count, decimal, significance } from './numbers.ts'
import { times } from './zh-labels.ts'
import { connections, size } from './zh-numbers.ts'
import { causeTitle, logWord } from './zh-words.ts'

/** Why a cause holds. */
export const REASONS = {
  'unread-kernel': (v) => `内核表明套接字关闭时还有未读数据（${v.reason}）`,
  'unread-zero-window': (v) =>
    v.stalledMs < 1
      ? '读取方通告了零窗口：没有人在读'
      : `读取方的窗口停在 0 已有 ${lasting(v.stalledMs)}：没有人在读`,
  'unread-window-shrunk': (v) => `窗口缩小了 ${size(v.bytes)}，即已收到但未读的数据`,
  'unread-may-hide': (v) =>
    `最后收到的数据有 ${size(v.bytes)}，其中可能有一部分未被读取：窗口仍在增大时看不出来`,
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
  'closed-at-once': (v) =>
    `${connections(v.count)}在同一瞬间被关闭${v.mostMs === 0 ? '' : `，此前空闲了${v.leastMs === 0 ? '最多' : lasting(v.leastMs) === lasting(v.mostMs) ? '' : ` ${lasting(v.leastMs)} 到`} ${lasting(v.mostMs)}`}`,
  'process-may-live': () => '没有迹象表明有进程退出',
  'close-announced': () => '此前的响应已经声明将关闭连接',
  'port-refused-afterwards': (v) =>
    `${v.afterMs < 1 ? '紧接着' : `${lasting(v.afterMs)} 之后`}，它的端口开始拒绝连接`,
  'process-stopped': (v) => `日志表明进程已退出：${v.text}`,
  'server-never-spoke': (v) => `握手已经完成，但服务端在 ${connections(v.count)}上一个字节也没有发过`,
  'socket-not-accepted': (v) => `${lasting(v.agoMs)} 前的套接字表显示它不属于任何进程：尚未被 accept`,
  'dropped-by-kernel': () => '连接是由内核丢弃的，而不是程序关闭的',
  'tls-alert': (v) => `此前有一条 TLS 告警：${v.level === '' ? '已加密' : `${v.description}（${v.level}）`}`,
  'tls-mismatch-plain-client': () => '客户端用明文访问了 TLS 端口',
  'others-speak-tls': (v) =>
    `该端口另有 ${connections(v.count)}以 TLS 握手开始，而没有 TLS 的连接从未得到应答`,
  'tls-mismatch-plain-server': () => '服务端用明文应答了 ClientHello',
  'tls-refused-after-hello': (v) =>
    `${v.serverName === '' ? '' : `发往 ${v.serverName} 的 `}ClientHello 刚发出就收到了 RST`,
  'tls-handshake-unfinished': () => 'TLS 握手没有完成',
  'nothing-unread-closed': () => '收到的数据都已读完，也没有发送 FIN：这是有意的强制关闭',
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
  'retransmits-answered-late': (v) =>
    `${count(v.retransmits)} 次重传之后，最后一次过了 ${lasting(v.lateMs)} 才有应答`,
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
  'foreign-socket-lived-on': () => 'RST 之后的套接字表显示，它所声称的发送方仍然持有这个连接',
  'socket-missing-before': () => 'RST 之前的套接字表列出了发送方的服务，但既没有这个连接，也没有持有它的进程',
  'foreign-both-named': () => '两端在同一时刻收到 RST，各自都以对方的名义',
  'listened-throughout': () => '套接字表显示，该端口在被拒绝之前和之后由同一个套接字监听',
  'foreign-no-kernel-event': () => 'RST 所声称的发送方，其内核没有发出过这个 RST',
  'rejected-in-mid-flow': (v) =>
    `${v.silenceMs > 0 ? `静默 ${lasting(v.silenceMs)} 之后，` : ''}连接中途的一个报文段立刻换来一个并非对端发出的 RST`,
  'syn-rejected-by-other-hop': (v) => `应答 SYN 的报文 TTL 是 ${v.hops}，而该主机的其他应答是 ${v.usualHops}`,
  'stranger-answered': (v) => `同一条连接出现在 ${v.stranger}，而它从未在那里建立过`,
  'wrong-host-answered': () => '应答的是一台比服务端更近的主机，它不认识这条连接',
  'probe-shape': (v) => `客户端在 ${lasting(v.lifetimeMs)} 内完成握手随即重置，没有数据`,
  'scan-shape': (v) => `同一来源尝试了 ${count(v.targets)} 个端口，均未发送数据`,
  'ended-before': () => '连接此前已经结束',
  'both-fins-first': () => '在 RST 之前，双方都已发送 FIN',
  'only-alert-lost': () => '关闭之后只来了 TLS 的关闭告警（close_notify）',
  'answers-duplicate': () => '它应答的是已经确认过的重复报文',
  'connection-lived-on': (v) => `此后双方仍在通信${v.bytes > 0 ? `（${size(v.bytes)}）` : ''}`,
  'log-without-reset': (v) =>
    `日志里有 ${times(v.count, logWord(v.word))}；抓包中看到的是：${onWire(v.wire)}`,
  candidates: (v) => `可能的原因：${v.causes.split(', ').map(causeTitle).join('、')}`,
} satisfies Partial<Catalogue>

/** Why a cause does not hold, or what is missing to tell. */
export const EXCLUSIONS = {
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
  'one-direction-only': () => '抓包中缺少另一方发送的内容',
  'request-was-read': () => '请求已经完整发送',
  'nothing-else-ended': () => '该主机当时没有其他连接结束',
  'process-lives-on': (v) => `其进程${v.process === '' ? '' : `（${v.process}）`}仍在运行：之后它还有套接字`,
  'server-had-answered': () => '服务端已在这条连接上发过数据',
  'no-tls': () => '这条连接不是 TLS',
  'tls-was-established': () => 'TLS 会话已经建立',
  'no-fixed-age': () => '此前没有固定的时长',
  'no-silence': (v) => (v.silenceMs < 1 ? '此前没有静默' : `此前只静默了 ${lasting(v.silenceMs)}`),
  'after-silence': (v) => `它出现在 ${lasting(v.silenceMs)} 的静默之后`,
  'silence-survived-elsewhere': (v) =>
    `静默了 ${lasting(v.silenceMs)}，而其他连接静默 ${lasting(v.survivedMs)} 仍然存活`,
  'not-foreign': () => '这个 RST 与它所声称的发送方相符',
  foreign: (v) => `这个 RST 与它所声称的发送方不符（${v.signs.split(' ').map(foreignSign).join('、')}）`,
  'everything-acknowledged': () => '每个报文段都得到了确认',
  'peer-unresponsive': () => '对端此前已经不再应答',
  'probes-answered': () => '没有得不到应答的保活探测',
  'closed-by-own-thread': (v) => `内核记录的关闭套接字的线程是 ${v.thread}，它不是替垃圾回收器关闭连接的线程`,
  'no-coincidence': (v) =>
    `${count(v.of)} 次突发中有 ${count(v.matched)} 次出现在垃圾回收之后，与巧合无异（${significance(v.pValue)}）`,
  'collections-closed-nothing': (v) =>
    `${count(v.idle)} 次垃圾回收没有发现可关闭的对象；${count(v.of)} 次突发中有 ${count(v.matched)} 次出现在其他回收之后`,
  'ports-not-reused': () => '握手得到了正常的应答',
  'took-effect': () => '连接随这个 RST 结束',
  'something-was-lost': () => '有数据丢失',
  'other-kernel-reason': (v) => `内核给出的原因是 ${v.reason}，与此不符`,
  'too-few-targets': (v) => `该来源只尝试了 ${count(v.targets)} 个端口`,
  'waited-in-silence': (v) => `此前它静默了 ${lasting(v.waitMs)}：它在等待`,
  'came-back-to-ports': (v) => `该来源又回到了 ${count(v.ports)} 个曾拒绝它的端口`,
  'no-stranger': () => '这条连接没有出现在别的主机上',
  'needs-gc-log': () => '缺少垃圾回收日志',
  'needs-last-use': () => '抓包在连接此前最后一次使用之后才开始',
  'needs-handshake': () => '抓包在握手之后才开始',
  'needs-more-resets': (v) => `只有 ${count(v.have)} 次重置突发，要与巧合区分开需要 ${count(v.want)} 次`,
} satisfies Partial<Catalogue>

function onWire(wire: string): string {
  return wire === 'no RST' ? '没有 RST' : wire
}

function foreignSign(sign: string): string {
  return FOREIGN_SIGNS.get(sign) ?? sign
}

/** Why a reset is not the named host's, by core's ids. */
const FOREIGN_SIGNS: ReadonlyMap<string, string> = new Map([
  ['hops', 'TTL 不同'],
  ['timestamps-missing', '没有时间戳'],
  ['several-sequences', '多个序列号'],
  ['spoke-after', '该主机此后仍在通信'],
  ['unseen-at-sender', '该主机处没有看到'],
  ['both-named', '两端互以对方名义'],
  ['socket-lived-on', '该主机仍持有这个连接'],
])
