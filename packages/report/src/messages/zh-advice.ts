import type { CauseId } from '@whyreset/core'

/** How each cause is fixed, in Chinese. */
export const FIXES: { readonly [K in CauseId as `fix-${K}`]: () => string } = {
  'fix-garbage-collected': () =>
    '把每个响应读完或显式关闭（try-with-resources、response.body.cancel()）；只需要响应头时，改用 HEAD 或条件 GET。全程共用一个客户端实例。',
  'fix-unread-data': () =>
    '关闭之前先把已收到的数据读完（设上限），或先半关闭再排空；不要没消费完响应体就提前返回。',
  'fix-request-unread': () =>
    '服务端在关闭前排空请求体（设上限）；客户端发送大请求体时带上 Expect: 100-continue。',
  'fix-caller-gave-up': () =>
    '让调用方的超时长于服务端所需的时间，或加快服务端；超时预算应由外向内逐层分配。',
  'fix-process-exit': () =>
    '优雅停机：先停止接收新连接，处理完在途请求，再退出。并查明进程为何退出（退出码、OOM、发布）。',
  'fix-listener-closed': () =>
    '停止监听之前先摘流量（先让就绪检查失败，再用 preStop 等待一段时间），并把队列里的连接 accept 完。',
  'fix-tls-failure': () =>
    '核对证书、主机名、协议版本，以及两端是否都在使用 TLS；告警（alert）会指明被拒绝的是什么。',
  'fix-abortive-close': () => '在不希望重置的地方去掉 SO_LINGER 0（或等效设置），正常关闭连接。',
  'fix-idle-timeout-reset': () => '调大服务端的超时，让客户端读得更快，或关闭“超时即重置”的选项。',
  'fix-keep-alive-race': () => '让客户端连接池的空闲时间短于服务端的 keep-alive 超时；对幂等请求重试一次。',
  'fix-data-after-close': () =>
    '写入之前先留意对端是否已经结束；让关闭方读到流末尾再关，或在协议里约定由谁来关闭。',
  'fix-half-open': () =>
    '开启 TCP 保活，间隔短于重启所需的时间；限制池中连接的寿命；失败后换一个新连接重试一次。',
  'fix-port-reuse': () => '扩大 net.ipv4.ip_local_port_range，保持 TCP 时间戳开启，不要绑定固定的源端口。',
  'fix-connection-refused': () => '启动该服务，或改正地址和端口；用 ss -ltn 查看它实际监听在哪里。',
  'fix-accept-queue-overflow': () =>
    '加快 accept，或调大 backlog 与 net.core.somaxconn；客户端重试时加上退避。',
  'fix-keepalive-timeout': () => '查明对端为何失联（宕机、链路中断、防火墙）；重置只是结果。',
  'fix-retransmission-timeout': () => '查明报文丢在哪里（链路、MTU、防火墙）；重置只是结果。',
  'fix-middlebox-idle-timeout': () => '让 TCP 保活的间隔短于该设备的空闲超时，或缩短连接允许的空闲时间。',
  'fix-policy-reject': () => '在防火墙或网络策略中放行这些流量，或停止发送。',
  'fix-injected-reset': () => '在两端同时抓包，确定 RST 出现在哪两跳之间，再询问那里的设备归谁管。',
  'fix-nat-state-lost': () =>
    '在 NAT 上设置 nf_conntrack_tcp_be_liberal=1，或丢弃 INVALID 报文；变更时保留其连接跟踪表。',
  'fix-health-probe': () => '无需修复：健康检查本来就是这样工作的。',
  'fix-port-scan': () => '被扫描的主机无需修复；如果不是自己人在扫描，查明是谁。',
  'fix-late-reset': () => '无需修复：没有丢失数据。',
  'fix-ignored-reset': () => '没有损失；如果这些 RST 是伪造的，查明是谁发的。',
  'fix-no-reset-on-wire': () => '查找连接真正的结束方式：FIN、超时，或者只是库自己的措辞。',
  'fix-unknown': () => '补充证据后再分析一次；每个候选原因都注明了所需的证据。',
}

/** The evidence that would decide for or against each cause, in Chinese. */
export const WOULD_TELL: { readonly [K in CauseId as `would-tell-${K}`]: () => string } = {
  'would-tell-garbage-collected': () =>
    '重置方进程的垃圾回收日志：java -Xlog:gc*:file=gc.log、node --trace-gc、GODEBUG=gctrace=1',
  'would-tell-unread-data': () => '重置之前，重置方的套接字表：ss -tnpoiem（Recv-Q > 0）',
  'would-tell-request-unread': () => '从建立连接之前开始、且保留报文头部的抓包：tcpdump -s 512',
  'would-tell-caller-gave-up': () => '客户端的日志及其超时设置',
  'would-tell-process-exit': () => '重置方进程的退出码和日志：docker inspect、journalctl、dmesg',
  'would-tell-listener-closed': () =>
    '关闭之前服务端的 accept 队列：ss -ltn（LISTEN 行的 Recv-Q），以及服务端日志',
  'would-tell-tls-failure': () =>
    '两端日志中的 TLS 错误，或执行：openssl s_client -connect HOST:PORT -servername NAME',
  'would-tell-abortive-close': () =>
    '内核给出的重置原因：在重置方主机上跟踪 tcp:tcp_send_reset（Linux 6.12 或更新）',
  'would-tell-idle-timeout-reset': () => '服务端的超时设置及其日志',
  'would-tell-keep-alive-race': () => '从空闲之前开始的抓包，以及服务端的 keep-alive 超时',
  'would-tell-data-after-close': () => '从 FIN 之前开始的抓包',
  'would-tell-half-open': () =>
    '对端前后两次的套接字表 ss -tanpe：这个连接还在吗？以及对端的启动时间：systemctl status、docker inspect',
  'would-tell-port-reuse': () => '从 SYN 之前开始的抓包，以及服务端的 ss -tan',
  'would-tell-connection-refused': () => '服务端监听了哪些端口：ss -ltn，以及在那里的抓包',
  'would-tell-accept-queue-overflow': () => '前后两次在服务端执行 nstat -az TcpExtListenOverflows',
  'would-tell-keepalive-timeout': () => '在重置方抓包：无应答的探测只有在那里才看得到',
  'would-tell-retransmission-timeout': () => '在重置方抓包：重传只有在那里才看得到',
  'would-tell-middlebox-idle-timeout': () => '同一时间在另一端抓包：设备发出的 RST 不会出现在那里',
  'would-tell-policy-reject': () => '同一时间在服务端抓包：被拒绝的报文不会到达那里',
  'would-tell-injected-reset': () => '在 RST 声称的发送方抓包：伪造的 RST 不会出现在那里',
  'would-tell-nat-state-lost': () => 'NAT 两侧的抓包，以及 NAT 上的 conntrack -E',
  'would-tell-health-probe': () => '负载均衡或编排系统的健康检查设置',
  'would-tell-port-scan': () => '该源地址是谁',
  'would-tell-late-reset': () => '从双方 FIN 之前开始的抓包',
  'would-tell-ignored-reset': () => 'RST 之后仍继续的抓包',
  'would-tell-no-reset-on-wire': () => '日志所述时间段的抓包',
  'would-tell-unknown': () => '含握手的抓包：在连接建立之前启动 tcpdump',
}
