import type { LogWord } from './log-event.ts'

/** Phrases that mean one word. Sources of regular expressions: they are tried as one alternation. */
export interface Phrases {
  readonly word: LogWord
  /** In any case. */
  readonly phrases: readonly string[]
  /** Names and codes: in exactly this case, and not within a longer name. */
  readonly codes?: readonly string[]
  /** The words also say that the connection was a pooled one. */
  readonly reused?: boolean
}

/**
 * What programs print, in order of precedence: of several words on a line the first in this table is the event. So the
 * program's own account (`client timed out (110: Connection timed out)` is nginx giving up) stands before the errno it
 * quotes, and an errno before the generic words around it (`Connection aborted`, `prematurely closed`).
 * The localised phrases are strerror() of glibc and the messages of Windows.
 */
export const WORDS: readonly Phrases[] = [
  {
    word: 'leak',
    phrases: [
      'A connection to \\S{1,300} was leaked', // OkHttp
      '\\bLEAK: ', // Netty
      'ResourceWarning: unclosed', // Python
      '\\bUnclosed (?:client session|connector|connection)', // aiohttp
      'connection leak detection triggered', // HikariCP
      'apparent connection leak detected',
      'connection has been abandoned', // Tomcat JDBC, DBCP
      'abandon connection, owner thread', // Druid
      'overdue resource was checked-out', // c3p0
      'was (?:garbage collected without being shut ?down|not shutdown properly)', // gRPC
      'connection was not closed\\b.{0,60}garbage',
      'Closing file descriptor \\d+ on garbage collection', // Node
    ],
  },
  {
    word: 'kernel',
    phrases: [
      'conntrack: table full',
      'TCP: out of memory',
      'too many (?:of )?orphaned sockets',
      'possible SYN flooding on',
      'time wait bucket table overflow',
      '(?:neighbou?r|arp)[^ ]{0,30}:? .{0,30}table overflow',
      'TCP: Peer \\S{1,60} unexpectedly shrunk window', // tcp_timer.c
      'NETDEV WATCHDOG',
      'NIC Link is Down|\\blink (?:is|becomes) down',
      '\\bIN=\\S{0,20} OUT=\\S{0,20} .{0,200}PROTO=TCP', // netfilter LOG, ufw, firewalld
    ],
  },
  {
    word: 'gave-up',
    phrases: [
      'client timed out \\(\\d', // nginx
      'upstream timed out \\(\\d{1,5}: [^)]{1,60}\\) while (?:reading|sending|SSL)',
      'timeout of \\d+ ?ms exceeded', // axios, whose code is ECONNABORTED
      'Got timeout (?:reading|writing) communication packets', // MySQL
      'terminating connection due to', // PostgreSQL
      'Operation timed out after \\d+ milliseconds', // curl --max-time
      'the timeout specified has expired', // Apache httpd
    ],
  },
  {
    word: 'tls',
    phrases: ['disconnected before secure TLS connection was established'], // Node, whose code is ECONNRESET
  },
  { word: 'hang-up', phrases: ['\\bsocket hang up'] },
  {
    word: 'proxy-error',
    phrases: [
      'upstream connect error or disconnect/reset before headers', // Envoy
      'upstream_reset_(?:before|after)_response_started',
      'no (?:live|healthy) upstream',
      '\\b50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)',
      'backend connection failed',
      '(?:Backend|Server) \\S{1,120} is DOWN\\b', // HAProxy
      'AH01114: ', // Apache httpd: failed to make connection to backend
    ],
  },
  {
    word: 'reset',
    phrases: [
      'connection reset by (?:peer|remote|foreign host|\\S{1,60} port \\d)',
      // `…Exception: Connection reset` of Java, at the end of its clause.
      '[:=(-] {0,2}["\']?connection reset["\')\\].>}]{0,4}(?=$|[;,\\\\]| \\(| at | while | during |: )',
      '[:(] ?(?<=Exception[:(] ?)Connection reset\\b',
      'connection (?:was|has been|is|got) (?:forcibly )?reset(?= by (?:the |its )?(?:peer|remote|server|client)|[.,;:)"\']|$| while| during)',
      'forcibly closed by the remote host', // Windows 10054
      'connection id "[^"]{1,40}" reset', // Kestrel
      'os error (?:104|54|10054)\\b', // Rust
      'Errno (?:104|54)\\]|WinError 10054',
      'errno[=: ]{1,3}-?104\\b|\\(104: |error[=: ]{1,3}10054\\b',
      'ERR_CONNECTION_RESET|NS_ERROR_NET_RESET',
      'kind: ConnectionReset\\b',
      '连接被对[方端]重[设置]|连接被(?:对方|远程主机)?重置|連線被對方重設|强迫关闭了一个现有的连接|強制關閉',
      'Verbindung wurde vom Kommunikationspartner zurückgesetzt|vom Remotehost geschlossen',
      "Connexion ré-initialisée par le correspondant|fermée par l['’]hôte distant",
      '接続が相手からリセットされました|リモート ホストに強制的に切断',
      'Conexión reinicializada por la máquina remota|Conexão fechada pela outra ponta|Ligação reposta pelo peer',
      'Соединение разорвано другой стороной|принудительно разорвал существующее подключение',
      'Connessione interrotta dal corrispondente|상대편이 연결을 끊음|Połączenie zerwane przez drugą stronę',
      'Verbinding is weggevallen|Bağlantı karşıdan kesildi',
    ],
    codes: ['ECONNRESET', 'WSAECONNRESET', 'ConnectionResetError', 'CONNECTION_RESET'],
  },
  {
    word: 'broken-pipe',
    phrases: [
      '\\bbroken pipe',
      'os error 32\\b|Errno 32\\]|\\(32: ',
      'kind: BrokenPipe\\b',
      '断开的管道|管線損壞|Datenübergabe unterbrochen|Relais brisé|Tubería rota|Pipe quebrado|Túnel quebrado',
      'Обрыв канала|Pipe interrotta|파이프가 깨어짐|Przerwany potok|Gebroken pijp',
    ],
    codes: ['EPIPE', 'BrokenPipeError', 'ClientAbortException'],
  },
  {
    word: 'refused',
    phrases: [
      '\\bconnection (?:was )?refused',
      'actively refused it', // Windows 10061
      'os error (?:111|61|10061)\\b|Errno (?:111|61)\\]|WinError 10061|\\(111: ',
      "couldn['’]?t connect to server",
      'kind: ConnectionRefused\\b|ERR_CONNECTION_REFUSED|NS_ERROR_CONNECTION_REFUSED',
      "Could not connect to (?:Redis|server|MySQL)|Can['’]t connect to .{0,20}MySQL server on .{0,80}\\((?:111|10061)",
      '拒绝连接|连接被拒绝|連線被拒絕|积极拒绝|Verbindungsaufbau abgelehnt|Connexion refusée|接続を拒否されました',
      'Conexión rehusada|Conexão recusada|Ligação recusada|В соединении отказано|Connessione rifiutata|연결이 거부됨|Połączenie odrzucone',
      'Verbinding is geweigerd|Bağlantı reddedildi|ECONNREFUSED',
    ],
    codes: ['ECONNREFUSED', 'WSAECONNREFUSED', 'ConnectionRefusedError'],
  },
  {
    word: 'aborted',
    phrases: [
      'software caused connection abort',
      'aborted by the software in your host machine',
      'os error (?:103|53|10053)\\b|Errno (?:103|53)\\]|WinError 10053|\\(103: ',
      'kind: ConnectionAborted\\b',
      "由软件导致的连接断开|软件中止了一个已建立的连接|Das Programm verursachte den Abbruch der Verbindung|Le logiciel a provoqué l['’]abandon de la connexion",
    ],
    codes: ['ECONNABORTED', 'WSAECONNABORTED', 'ConnectionAbortedError'],
  },
  {
    word: 'tls',
    phrases: [
      'SSLHandshakeException|SSLPeerUnverifiedException|CertificateExpiredException|NotSslRecordException',
      'PKIX path (?:building|validation) failed',
      '(?:tls|ssl)[^.]{0,60}handshake (?:error|fail|timeout)|handshake[_ ]fail(?:ure|ed)',
      'SSL_do_handshake\\(\\) failed|SSL_(?:connect|read|write|accept)(?:\\(\\))?:? (?:failed|error|SSL_ERROR)',
      '(?:tls|ssl)v?[\\d.]{0,3} alert|SSL alert number|fatal alert: |remote error: tls: ',
      'CERTIFICATE_VERIFY_FAILED|certificate verify failed|x509: certificate|certificate has expired',
      // OpenSSL, as Node, nginx and others print it, and as Python does
      'SSL routines:\\w{0,60}:(?:https? (?:proxy )?request|no shared cipher|unsupported protocol|unknown protocol|peer did not return a certificate)',
      '\\[SSL: (?:HTTPS?_(?:PROXY_)?REQUEST|NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|PEER_DID_NOT_RETURN_A_CERTIFICATE)\\]',
      'wrong version number|unknown_ca\\b|tls: (?:bad|failed|first record|unknown)',
      'The SSL connection could not be established|remote certificate (?:is|was) (?:invalid|rejected)',
      'could not accept SSL connection|SSL connection has been closed unexpectedly',
      'close_notify',
    ],
    codes: [
      'EPROTO',
      'ERR_TLS_[A-Z_]{3,40}',
      'ERR_SSL_[A-Z_0-9]{3,40}',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'CERT_HAS_EXPIRED',
    ],
  },
  {
    word: 'early-close',
    reused: true,
    phrases: [
      'server closed idle connection', // Go net/http
      'Resetting dropped connection', // urllib3
      'Connection died, retrying a fresh connect', // curl -v
    ],
  },
  {
    word: 'early-close',
    phrases: [
      'upstream (?:server )?prematurely closed', // nginx
      'client prematurely closed',
      'upstream closed prematurely',
      'prematurely closed (?:the )?connection|connection prematurely closed|closed prematurely',
      '\\bpremature (?:close|end of|EOF)|response ended prematurely', // Node, HttpClient, .NET
      '\\bunexpected (?:EOF|end of (?:file|stream)|eof while)', // Go, Java, rustls
      'EOFException|EOFError\\b|end of file reached', // Java, Python, Ruby
      '(?:Get|Post|Put|Head|Patch|Delete) \\\\?"[^\\s"]{1,2000}": EOF\\b|\\b(?:read|err|error)[:=] ?"?EOF\\b', // Go
      '(?:read(?:ing)?|server|proxy|connection|client|upstream|response|headers?|body|peer|rpc)(?: [^:]{0,40})?: EOF\\b',
      'failed to respond\\b|header parser received no bytes', // Apache HttpClient, java.net.http
      'RemoteDisconnected|Remote end closed connection without response|IncompleteRead\\(|server disconnected',
      'other side closed|ClientPayloadError|ChunkedEncodingError|PrematureCloseException',
      'connection closed before (?:message|response|full)|IncompleteMessage',
      'Empty reply from server|transfer closed with', // curl
      'closed the connection unexpectedly|unexpectedly closed (?:the )?(?:TCP )?connection|UNAVAILABLE: Connection dropped|connection \\d{1,9} to \\S{1,80} closed|connection to client lost|lost connection to MySQL server|server has gone away',
      'error (?:reading|writing) communication packets|Communications link failure|I/O error occurred while sending to the backend',
      'Connection with (?:master|replica|slave)\\b.{0,60} lost', // redis
      'Connection closed by (?:foreign|remote) host|Remote host (?:closed|terminated) (?:the )?(?:connection|handshake)',
      'HTTP/2 stream \\d+ was not closed cleanly|ClosedChannelException|http2: client connection lost',
    ],
    codes: ['UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_EMPTY_RESPONSE', 'CR_SERVER_LOST'],
  },
  {
    word: 'gave-up',
    phrases: [
      'context (?:deadline exceeded|canceled)|Client\\.Timeout exceeded|net/http: request canceled', // Go
      'AbortError|(?:the|this) operation was aborted', // fetch
      'HeadersTimeoutError|BodyTimeoutError',
      'TaskCanceledException|OperationCanceledException|configured HttpClient\\.Timeout', // .NET
      'CancelledError|asyncio\\.(?:exceptions\\.)?TimeoutError',
      'IOException: Canceled\\b|InterruptedIOException: timeout', // OkHttp
      'client (?:has )?closed (?:the )?connection (?:while|before) (?:sending|reading|SSL)', // nginx
      'MASTER timeout: no data', // redis
      'cancell?ing statement due to (?:user request|statement timeout)', // PostgreSQL
    ],
    codes: ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_ABORTED', 'ERR_CANCELED'],
  },
  {
    word: 'timed-out',
    phrases: [
      'connection (?:attempt )?timed[- ]out|connect(?:ion)? timed out|read timed out|write timed out|operation timed out',
      'upstream timed out|request timed out',
      'SocketTimeoutException|ConnectTimeoutException|ReadTimeoutException|HttpTimeoutException|ConnectTimeoutError',
      '\\bi/o timeout\\b', // Go
      'did not properly respond after a period of time', // Windows 10060
      'os error (?:110|60|10060)\\b|Errno (?:110|60)\\]|WinError 10060|\\(110: ',
      'kind: TimedOut\\b|ERR_CONNECTION_TIMED_OUT|Timeout was reached',
      "连接超时|連線超過時間|Wartezeit für die Verbindung ist abgelaufen|expiration du délai d['’]attente|接続がタイムアウトしました",
      'Expiró el tiempo de conexión|Tempo esgotado para conexão|Время ожидания соединения истекло|Connessione scaduta|연결 시간 초과',
    ],
    codes: ['ETIMEDOUT', 'ReadTimeout', 'ESOCKETTIMEDOUT', 'WSAETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
  },
  {
    word: 'process-stop',
    phrases: [
      'out of memory: killed process|\\bOOMKilled\\b|oom-kill:constraint', // kernel, Kubernetes
      "Main process exited, code=|Failed with result '(?:oom-kill|signal|core-dump|watchdog)'|: Deactivated successfully|Stopp(?:ing|ed) \\S{1,80}\\.service\\b", // systemd
      'signal \\d{1,2} \\((?:SIGTERM|SIGINT|SIGQUIT)\\) received|worker process \\d+ exited', // nginx
      'exited with (?:exit )?(?:code|status):? ?\\[?1[2-5]\\d\\b|exited: \\S{1,80} \\(terminated by SIG|via signal \\[SIG[A-Z]', // Compose, supervisord, pm2
      'exited on signal \\d+|exit signal \\w{4,40} ?\\(\\d+\\)', // nginx, Apache httpd
      'received (?:SIGTERM|SIGINT|SIGQUIT|signal (?:15|2)\\b|(?:fast|smart|immediate) shutdown request)|caught SIG(?:TERM|INT|WINCH)',
      'handling signal: (?:term|int|quit)|worker exiting \\(pid: ?\\d+|WORKER TIMEOUT \\(pid:\\d+|was sent SIG[A-Z]{3,6}!', // gunicorn
      'is now ready to exit', // redis
      'database system is shut down|was terminated by signal \\d+|mysqld(?:\\.exe)?: (?:Normal shutdown|Shutdown complete)|received SHUTDOWN',
      'commencing graceful shutdown|gracefully shutting down|\\bshutting down(?: server|\\.\\.\\.|$)|graceful shutdown (?:started|complete|initiated)',
      'Application is shutting down|Finished server process \\[',
      'JavaScript heap out of memory|Terminating due to java\\.lang\\.OutOfMemoryError|fatal error has been detected by the Java',
      'segmentation fault|\\bsegfault at [\\da-f]+|core dumped',
      '(?:^|\\] |: )panic: |^fatal error: ', // Go
      'Back-off restarting failed|Stopping container |Killing container|failed liveness probe, will be restarted', // Kubernetes
      '(?:Proxy|frontend) \\S{1,80} stopped \\(|Stopping (?:frontend|backend|proxy) ', // HAProxy
      'uncaughtException|Unhandled exception\\. ',
    ],
  },
  {
    word: 'process-start',
    phrases: [
      'start worker process \\d', // nginx
      'Redis is starting|Server initialized, ready|Ready to accept connections tcp',
      'database system is ready to accept connections|ready for connections\\b',
      'resuming normal operations', // Apache httpd
      '\\bnow listening on: |\\blistening (?:on|at) (?:port |https?://|[\\d.*:[\\]]{0,40}:\\d)|listening on (?:TCP|IPv[46]) ',
      'Booting worker with pid|Started server process \\[', // gunicorn, uvicorn
      'Started \\S{1,80}\\.service\\b', // systemd
      'Started \\w{1,80} in [\\d.]{1,10} seconds|Server startup in|Tomcat started on port',
      'starting main dispatch loop', // Envoy
      'New worker \\(\\d+\\) forked', // HAProxy
    ],
  },
]
