import type { ScanPlace } from '../scan-schema.ts'

type Sentences = Readonly<Partial<Record<ScanPlace['outcome'], string>>>

const OKHTTP: Sentences = {
  never: '响应既没有读取也没有关闭：连接泄漏（"A connection to … was leaked"），直到一次垃圾回收将其重置',
  'some-path': '有一条路径（到{line}）没有读取也没有关闭响应：连接在那里泄漏',
}

/** What the rules of a scan say, by their ids. `{line}`: where the path leaves; `{into}`: what it is put into. */
export const RULES_ZH: Readonly<Record<string, Sentences>> = {
  'agent-per-call': {
    never:
      '为这一次调用创建了保持连接的 agent，却从不销毁：别的调用用不到它保留的连接，该连接会一直打开，直到某一方放弃',
    'some-path':
      '这条路径上创建了保持连接的 agent，却从不销毁：别的调用用不到它保留的连接，该连接会一直打开，直到某一方放弃',
  },
  'aiohttp-response-unread': {
    never: '响应既没有读取也没有释放：Python 回收它时，连接在响应体未读完的情况下被切断',
    'some-path': '有一条路径（到{line}）没有读取也没有释放响应',
  },
  'axios-stream-unread': {
    never: '流从未读取也从未销毁：连接保持打开，响应体未读',
    'some-path': '有一条路径（到{line}）没有读取流：连接保持打开，响应体未读',
  },
  'body-cancelled': {
    always: '响应体超过约 64 kB 且仍在传输时，这里会将连接重置；更小的不会',
  },
  'body-not-closed': {
    never: '没有人关闭响应体：该连接不会再被使用，也不会结束，并堆积在 CLOSE_WAIT',
    'some-path': '有一条路径（到{line}）没有关闭响应体：该连接不会再被使用，也不会结束',
  },
  'body-not-drained': {
    never: '响应体未读就被关闭：该连接不能再次使用，如果数据仍在路上就会被重置',
  },
  'fetch-body-unread': {
    never: '只用到了响应的头部：没有人读取或取消响应体，所以 Node 保留该连接，直到一次垃圾回收将其重置',
    'some-path': '有一条路径（到{line}）离开时既没有读取也没有取消响应体；该连接会保留到一次垃圾回收将其重置',
  },
  'http-client-not-closed': {
    never:
      '为这一次调用创建了自带连接池的客户端，却从不关闭：其连接堆积在 CLOSE_WAIT，直到一次垃圾回收，或者永远',
    'some-path': '有一条路径（到{line}）没有关闭这个客户端及其连接池中的连接',
    collected: '这里每次都创建一个客户端并放入{into}，而那里从不清空：其连接永远堆积在 CLOSE_WAIT',
  },
  'http-client-per-call': {
    never:
      '为这一次调用创建了自带连接池的 HttpClient，却从不释放：其连接会保留到服务器结束它们或发生垃圾回收',
  },
  'http-get-body-unread': {
    never: '响应从未被消费：连接永远保持打开，响应体未读（垃圾回收也不会关闭它）',
    'some-path': '有一条路径（到{line}）没有消费响应：连接保持打开，响应体未读',
  },
  'http-get-without-timeout': {
    always: '默认客户端没有超时，这个调用也没有 context：对方重启或中间设备遗忘该连接时，它会永远等待',
  },
  'http-request-without-timeout': {
    always: '没有 timeout()，对方重启或中间设备遗忘该连接时，这里会永远等待',
  },
  'keep-alive-timeout-short': {
    always: '服务器比负载均衡器（60 秒以上）更早关闭空闲连接：恰好遇到关闭的请求会被重置',
  },
  'okhttp-callback-not-closed': {
    ...OKHTTP,
    never:
      '回调既没有读取也没有关闭响应：连接泄漏（"A connection to … was leaked"），直到一次垃圾回收将其重置',
  },
  'okhttp-response-not-closed': OKHTTP,
  'requests-stream-unread': {
    never:
      '流式响应既没有读取也没有关闭：Python 回收它时，连接在响应体未读完的情况下被切断；在那之前连接池无法使用它',
    'some-path': '有一条路径（到{line}）没有读取也没有关闭流式响应：连接在响应体未读完的情况下被切断',
  },
  'requests-without-timeout': {
    always: '没有超时，对方重启或中间设备遗忘该连接时，这里会永远等待',
  },
  'reset-and-destroy': {
    always: 'resetAndDestroy() 会发送 RST：对方尚未读取的数据会丢失',
  },
  'response-headers-read-undisposed': {
    never:
      '只用到了响应的头部：没有人读取或释放它，所以连接会保留，直到一次垃圾回收在响应体未读完的情况下结束它',
    'some-path': '有一条路径（到{line}）没有读取也没有释放响应：连接保留着，响应体未读',
  },
  'response-not-closed': {
    never: '响应既没有消费也没有关闭：连接永远不会回到连接池，最终停在 CLOSE_WAIT，或在垃圾回收时被重置',
    'some-path': '有一条路径（到{line}）没有消费也没有关闭响应：连接永远不会回到连接池',
    exception: '这个调用与关闭之间如果抛出异常，响应就不会被关闭',
  },
  'response-stream-unread': {
    never: '只用到了响应的头部：没有人读取或关闭它的流，所以连接保留着，响应体未读',
    'some-path': '有一条路径（到{line}）没有读取也没有关闭响应的流：连接保留着，响应体未读',
  },
  'session-per-call': {
    never: '为这一次调用创建了自带连接池的会话，却从不关闭：每次调用都新建连接，并把它们留给垃圾回收',
  },
  'so-linger-zero': {
    always: 'SO_LINGER 设为 0 秒：close() 会发送 RST，对方尚未读取的数据会丢失',
  },
  'transport-per-call': {
    never: '为这一次调用创建了自带连接池的 transport：其空闲连接不会再被使用，并一直打开',
  },
  'undici-body-unread': {
    never: '只用到了响应的头部：没有人读取或丢弃（dump）响应体，所以连接不会回到连接池，垃圾回收可能将其重置',
    'some-path': '有一条路径（到{line}）离开时既没有读取也没有丢弃（dump）响应体；该连接不会回到连接池',
  },
  'url-connection-body-unread': {
    never: '这个请求是 GET，却只用到了头部：没有人读取响应体或关闭流，所以垃圾回收发现它时连接会被重置',
    'some-path':
      '有一条路径发出 GET，却只用到了头部：那里没有人读取响应体或关闭流，所以垃圾回收发现它时连接会被重置',
  },
  'url-connection-disconnected': {
    never:
      '只用到了响应的头部，而 disconnect() 在响应体未读的情况下关闭连接：响应体较大时，仍在路上的数据会立刻得到 RST',
  },
  'url-connection-stream-not-closed': {
    never: '打开了流，却既没有读取也没有关闭：连接保留着，响应体未读，直到一次垃圾回收将其重置',
    'some-path': '有一条路径（到{line}）没有读取也没有关闭流：连接会保留到一次垃圾回收将其重置',
  },
  'url-connection-without-timeout': {
    never: '没有 setReadTimeout，对方重启或中间设备遗忘该连接时，这里会永远等待',
  },
  'urlopen-not-closed': {
    never: '只用到了响应的头部：Python 回收它时，连接在响应体未读完的情况下被切断',
    'some-path': '有一条路径（到{line}）没有读取也没有关闭响应',
  },
}

/** Comments in the code that the rules say to write instead; the code itself is the same in every language. */
export const FIX_COMMENTS_ZH: Readonly<Record<string, string>> = {
  'one for the whole program, or IHttpClientFactory': '整个程序共用一个，或使用 IHttpClientFactory',
  'without LingerOption(true, 0): FIN, and what was sent arrives':
    '没有 LingerOption(true, 0)：发送 FIN，已发出的数据会送达',
  'without SetLinger: FIN, and what was sent arrives': '没有 SetLinger：发送 FIN，已发出的数据会送达',
  'one for the whole program': '整个程序共用一个',
  'or, for a single use:': '或者，只用一次时：',
  'one for all calls': '所有调用共用一个',
  'without setSoLinger: FIN, and what was sent arrives': '没有 setSoLinger：发送 FIN，已发出的数据会送达',
  'the head is all that is wanted': '只需要头部',
  'or read the body to its end:': '或者把响应体读完：',
  milliseconds: '毫秒',
  'between two pieces of the answer': '响应的两段数据之间',
  'one for the whole program, outside of the function': '整个程序共用一个，放在函数之外',
  'do not ask for what is not wanted': '不需要的就不要请求',
  'or close the stream on every path': '或者在每条路径上关闭流',
  'or read it, when it is small': '或者读取它，如果很小',
  'or, where the body was asked for and is not wanted:': '或者，已经请求了响应体却不需要时：',
  'or read it, when it is small: the connection can then be used again':
    '或者读取它，如果很小：这样连接可以再次使用',
  'whatever is not wanted is read and thrown away': '不需要的部分读取后丢弃',
  "longer than the load balancer's idle timeout": '比负载均衡器的空闲超时更长',
  'or socket.destroy(): FIN, unless data is unread': '或 socket.destroy()：发送 FIN，除非还有未读数据',
  'reads what is left, so that the connection can be used again': '读完剩余部分，使连接可以再次使用',
  'or, for a single use of a client that can be closed:': '或者，客户端可以关闭且只用一次时：',
  'only the head is wanted:': '只需要头部：',
  'seconds to connect, and between two pieces of the answer': '秒：建立连接，以及响应的两段数据之间',
  'closed at the end; or one session for the whole program': '结束时关闭；或者整个程序共用一个会话',
  'without SO_LINGER: FIN, and what was sent arrives': '没有 SO_LINGER：发送 FIN，已发出的数据会送达',
}
