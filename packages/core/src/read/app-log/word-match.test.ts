import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchWord } from './word-match.ts'

test.each([
  // Java
  ['reset', 'java.net.SocketException: Connection reset'],
  ['reset', '{"log.level":"ERROR","message":"Connection reset"}'],
  ['reset', 'Caused by: java.net.SocketException: Connection reset by peer'],
  [
    'reset',
    'I/O exception (java.net.SocketException) caught when processing request to {}->http://10.0.0.2:80: Connection reset',
  ],
  ['broken-pipe', 'org.apache.catalina.connector.ClientAbortException: java.io.IOException: Broken pipe'],
  ['timed-out', 'java.net.SocketTimeoutException: Read timed out'],
  ['timed-out', 'java.net.SocketTimeoutException: connect timed out'],
  ['aborted', 'java.net.SocketException: Software caused connection abort: socket write error'],
  ['early-close', 'org.apache.http.NoHttpResponseException: 10.0.0.2:80 failed to respond'],
  ['early-close', 'java.io.IOException: HTTP/1.1 header parser received no bytes'],
  ['early-close', 'java.net.SocketException: Unexpected end of file from server'],
  ['tls', 'javax.net.ssl.SSLHandshakeException: PKIX path building failed'],
  ['gave-up', 'java.io.IOException: Canceled'],
  [
    'leak',
    'WARNING: A connection to https://example.com/ was leaked. Did you forget to close a response body?',
  ],
  ['leak', "LEAK: ByteBuf.release() was not called before it's garbage-collected."],
  [
    'leak',
    'com.zaxxer.hikari.pool.ProxyLeakTask : Connection leak detection triggered for conn1, stack trace follows',
  ],
  [
    'early-close',
    'reactor.netty.http.client.PrematureCloseException: Connection prematurely closed BEFORE response',
  ],
  [
    'reset',
    'com.acme.Server: #write(out): thrown java.net.SocketException(Connection reset) out of Stream#read in 3min',
  ],
  // Node
  ['reset', 'Error: read ECONNRESET'],
  ['reset', 'ERROR /api/orders: read ECONNRESET'],
  [
    'tls',
    'Error: 80EC4E2E307F0000:error:0A00009C:SSL routines:ssl3_get_record:http request:../ssl3_record.c:341:',
  ],
  ['tls', 'ssl.SSLError: [SSL: HTTP_REQUEST] http request (_ssl.c:1006)'],
  ['hang-up', 'Error: socket hang up ECONNRESET reusedSocket=true'],
  ['hang-up', "{ Error: socket hang up code: 'ECONNRESET' }"],
  ['broken-pipe', 'Error: write EPIPE'],
  ['refused', 'Error: connect ECONNREFUSED 10.0.0.2:90'],
  ['timed-out', 'Error: connect ETIMEDOUT 10.0.0.2:90'],
  ['early-close', 'SocketError: other side closed'],
  ['early-close', 'Error [ERR_STREAM_PREMATURE_CLOSE]: Premature close'],
  ['gave-up', 'DOMException [AbortError]: This operation was aborted'],
  ['gave-up', "AxiosError: timeout of 5000ms exceeded code: 'ECONNABORTED'"],
  [
    'tls',
    'Error: Client network socket disconnected before secure TLS connection was established ECONNRESET',
  ],
  ['process-stop', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  // Python
  ['reset', 'ConnectionResetError: [Errno 104] Connection reset by peer'],
  [
    'reset',
    "requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
  ],
  [
    'early-close',
    "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
  ],
  ['broken-pipe', 'BrokenPipeError: [Errno 32] Broken pipe'],
  ['refused', '<urlopen error [Errno 111] Connection refused>'],
  ['timed-out', '[Errno 110] Connection timed out'],
  [
    'timed-out',
    "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='x', port=80): Read timed out. (read timeout=5)",
  ],
  ['leak', "/app/a.py:42: ResourceWarning: unclosed <socket.socket fd=3, raddr=('10.0.0.2', 80)>"],
  ['leak', 'Unclosed client session'],
  // Go
  ['reset', 'read tcp 10.0.0.1:5000->10.0.0.2:80: read: connection reset by peer'],
  ['broken-pipe', 'write tcp 10.0.0.1:5000->10.0.0.2:80: write: broken pipe'],
  ['early-close', 'Get "http://10.0.0.2/x": EOF'],
  ['early-close', 'http: server closed idle connection'],
  ['early-close', 'rpc error: code = Unavailable desc = error reading from server: EOF'],
  ['early-close', 'http: proxy error: EOF'],
  [
    'gave-up',
    'Get "http://10.0.0.2/x": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  ['timed-out', 'dial tcp 10.0.0.2:80: i/o timeout'],
  ['tls', 'http: TLS handshake error from 10.0.0.1:5000: remote error: tls: bad certificate'],
  // Rust, .NET, Ruby, PHP, C
  ['reset', 'Connection reset by peer (os error 104)'],
  ['reset', 'Os { code: 54, kind: ConnectionReset, message: "Connection reset by peer" }'],
  ['early-close', 'hyper::Error(IncompleteMessage): connection closed before message completed'],
  [
    'reset',
    'Unable to read data from the transport connection: An existing connection was forcibly closed by the remote host.',
  ],
  ['refused', 'No connection could be made because the target machine actively refused it. (10.0.0.2:80)'],
  ['early-close', 'System.IO.IOException: The response ended prematurely.'],
  ['gave-up', 'The request was canceled due to the configured HttpClient.Timeout of 5 seconds elapsing.'],
  ['reset', 'Errno::ECONNRESET: Connection reset by peer'],
  ['early-close', 'EOFError: end of file reached'],
  ['broken-pipe', 'fwrite(): write of 8192 bytes failed with errno=32 Broken pipe'],
  ['reset', 'curl: (56) Recv failure: Connection reset by peer'],
  ['refused', "curl: (7) Failed to connect to 10.0.0.2 port 80 after 0 ms: Couldn't connect to server"],
  ['early-close', 'curl: (52) Empty reply from server'],
  ['gave-up', 'curl: (28) Operation timed out after 3000 milliseconds with 0 bytes received'],
  ['reset', 'kex_exchange_identification: read: Connection reset by peer'],
  ['reset', 'Connection reset by 10.0.0.1 port 4242 [preauth]'],
  ['reset', 'Connection id "0HMA" reset.'],
  [
    'early-close',
    'closing AMQP connection <0.7.0> (10.0.0.1:5 -> 10.0.0.2:5672): client unexpectedly closed TCP connection',
  ],
  ['early-close', 'MongoNetworkError: connection 3 to 10.0.0.2:27017 closed'],
  ['early-close', 'Error: 14 UNAVAILABLE: Connection dropped'],
  ['early-close', '{"error":"Post \\"http://api/x\\": EOF"}'],
  // Other languages of glibc and Windows
  ['reset', 'lecture : Connexion ré-initialisée par le correspondant'],
  ['reset', 'Die Verbindung wurde vom Kommunikationspartner zurückgesetzt'],
  ['reset', '错误：连接被对方重设'],
  ['reset', '远程主机强迫关闭了一个现有的连接。'],
  ['reset', '接続が相手からリセットされました'],
  ['refused', 'Verbindungsaufbau abgelehnt'],
  ['refused', '拒绝连接'],
  ['timed-out', '连接超时'],
  // nginx, HAProxy, Envoy, Apache
  ['reset', 'recv() failed (104: Connection reset by peer) while reading response header from upstream'],
  ['reset', '*1 client 10.0.0.1 closed keepalive connection (104: Connection reset by peer)'],
  ['broken-pipe', 'client prematurely closed connection (32: Broken pipe) while sending response to client'],
  ['early-close', 'client prematurely closed connection while sending response to client'],
  ['early-close', 'upstream prematurely closed connection while reading response header from upstream'],
  ['gave-up', 'client timed out (110: Connection timed out) while sending response to client'],
  ['gave-up', 'upstream timed out (110: Connection timed out) while reading response header from upstream'],
  ['timed-out', 'upstream timed out (110: Connection timed out) while connecting to upstream'],
  ['refused', 'connect() failed (111: Connection refused) while connecting to upstream'],
  ['tls', 'SSL_do_handshake() failed (SSL: error:0A000416:SSL routines::sslv3 alert certificate unknown)'],
  [
    'proxy-error',
    'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  ],
  ['proxy-error', 'Server be/s1 is DOWN, reason: Layer4 connection problem'],
  [
    'gave-up',
    '(70007)The timeout specified has expired: [client 10.0.0.1:5] AH01102: error reading status line',
  ],
  // Databases
  ['reset', 'LOG:  could not receive data from client: Connection reset by peer'],
  ['early-close', 'LOG:  unexpected EOF on client connection with an open transaction'],
  ['gave-up', 'FATAL:  terminating connection due to idle-in-transaction timeout'],
  [
    'early-close',
    "Aborted connection 12 to db: 'a' user: 'b' host: '10.0.0.1' (Got an error reading communication packets)",
  ],
  [
    'gave-up',
    "Aborted connection 12 to db: 'a' user: 'b' host: '10.0.0.1' (Got timeout reading communication packets)",
  ],
  ['early-close', 'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure'],
  ['early-close', 'ERROR 2006 (HY000): MySQL server has gone away'],
  ['broken-pipe', 'Error writing to client: Broken pipe'],
  ['early-close', '# Connection with replica 10.0.0.3:6379 lost.'],
  // Processes and kernels
  ['process-stop', 'signal 15 (SIGTERM) received from 12637, exiting'],
  ['process-stop', 'worker process 718 exited on signal 9'],
  ['process-stop', 'api-1 exited with code 137'],
  ['process-stop', 'INFO exited: api (terminated by SIGKILL; not expected)'],
  ['process-stop', 'App [api:0] exited with code [0] via signal [SIGKILL]'],
  ['process-stop', 'Out of memory: Killed process 1234 (java) total-vm:1kB'],
  ['process-stop', 'Memory cgroup out of memory: Killed process 1234 (node)'],
  ['process-stop', 'nginx.service: Main process exited, code=killed, status=9/KILL'],
  ['process-stop', 'server process (PID 812) was terminated by signal 9: Killed'],
  ['process-stop', '[CRITICAL] WORKER TIMEOUT (pid:812)'],
  ['process-start', 'start worker process 718'],
  ['process-start', 'Started Application in 3.2 seconds (JVM running for 4.1)'],
  ['process-start', 'Now listening on: http://0.0.0.0:5000'],
  ['kernel', 'nf_conntrack: nf_conntrack: table full, dropping packet'],
  ['kernel', 'TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.'],
  ['kernel', 'TCP: out of memory -- consider tuning tcp_mem'],
  ['kernel', '[UFW BLOCK] IN=eth0 OUT= MAC=x SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=TCP SPT=1 DPT=2'],
])('%s: %s', (word, text) => {
  expect(matchWord(text)?.word).toBe(word)
})

test.each([
  '0 resets',
  'statistics: connection resets: 0, timeouts: 0',
  'ECONNRESET: 0',
  'ECONNRESET count: 3',
  'user 12 asked to reset password',
  'password reset mail sent to bob@example.com',
  'resetting counters',
  'connection pool reset to defaults',
  'retry on connection reset: enabled',
  'retry on ECONNRESET: true',
  "retrying on codes ['ECONNRESET', 'ETIMEDOUT', 'EPIPE']",
  'retryOn=ECONNRESET',
  'retry-on: connect-failure,refused-stream,reset',
  'readTimeout: 5s, connectTimeout: 2s',
  'no ECONNRESET seen since start',
  'finished without connection reset by peer',
  'GET /search?q=ECONNRESET 200',
  'see https://example.com/docs/ECONNRESET for help',
  'opened /var/log/ECONNRESET.log',
  'client 10.0.0.1 closed keepalive connection',
  'client closed connection while waiting for request, client: 10.0.0.1, server: 0.0.0.0:80',
  'epoll_wait() failed (4: Interrupted system call)',
  'signal 17 (SIGCHLD) received from 718',
  'EPIPELINE_DISABLED',
  'connection timeout set to 30 s',
  'handshake completed in 12 ms',
  'TLS 1.3 enabled',
  'request completed: 200 OK',
  'GOF file loaded',
  'config {"errorCodes":["ECONNRESET"]}',
  'test "handles ECONNRESET" passed',
  'article "How to fix connection refused" published',
  'circuit breaker reset, connection pool healthy',
  'user timed out of session',
  'request timed out count=0',
  'dial unix /run/app.sock: connect: connection refused',
  'read unix @->/run/app.sock: read: connection reset by peer',
  'connect ECONNREFUSED /run/app.sock',
  'connect() to unix:/run/php.sock failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: a',
  'recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 10.0.0.1, server: a, request: "GET / HTTP/1.1", upstream: "fastcgi://unix:/run/php.sock:"',
  '',
])('is no event: %s', (text) => {
  expect(matchWord(text)).toBeUndefined()
})

test('a real event beside a setting is still found', () => {
  expect(matchWord('retry on connection reset by peer: enabled; read ECONNRESET')?.word).toBe('reset')
})

test('any text is matched without a throw', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'connection',
      ' reset',
      ' by peer',
      'ECONNRESET',
      ': ',
      '0',
      'client',
      ' timed out (',
      'SSL',
      ' alert',
      'Get "',
      '": EOF',
      'retry on ',
    ),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const text = parts.join('')
      const match = matchWord(text)
      if (match !== undefined) expect(match.at).toBeLessThan(text.length)
    }),
  )
})
