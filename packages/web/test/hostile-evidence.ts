import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connection, pcap } from '../../core/test/build/index.ts'

/** What would run where text became markup. */
export const EVIL = '<img src=x onerror=window.hacked=1>'

/** The same for code: with `window.` in it it is a browser's, which loses nothing by a response that is not read. */
const EVIL_CODE = EVIL.replace('window.', '')

/**
 * Captures, logs, a socket table and a source file whose names and texts are markup, in a folder of such a name: HTTP, TLS
 * server names, zones of IPv6 addresses, processes, collectors, lines of code.
 */
export function writeHostileEvidence(folder: string): string {
  const inside = join(folder, EVIL)
  mkdirSync(join(inside, 'sockets'), { recursive: true })
  const http = connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080' })
    .at(0)
    .handshake(0.001)
    .at(0.002)
    .client.send(`GET /${EVIL}</script><script>window.hacked=1</script> HTTP/1.1\r\nHost: ${EVIL}\r\n\r\n`)
    .at(0.003)
    .server.send(`HTTP/1.1 200 ${EVIL}\r\nServer: ${EVIL}\r\nContent-Length: 9000\r\n\r\n`)
    .at(0.004)
    .server.send(1448)
    .at(1.25)
    .client.rstAck({ window: 0 }).packets
  const tls = connection({ client: '[fe80::1]:40001', server: '[fe80::2]:8443' })
    .at(0.1)
    .handshake(0.001)
    .at(0.102)
    .client.send(clientHello(EVIL))
    .at(1.26)
    .server.rstAck().packets
  writeFileSync(join(inside, `${EVIL}.pcap`), pcap([...http, ...tls]))
  writeFileSync(
    join(inside, `app ${EVIL}.log`),
    `2023-11-14T22:13:21.251Z ERROR ${EVIL} connection reset by peer ${EVIL}\n`,
  )
  writeFileSync(
    join(inside, `gc ${EVIL}.log`),
    `[2023-11-14T22:13:20.000+0000][0.010s][info][gc] Using ${EVIL}\n` +
      `[2023-11-14T22:13:21.240+0000][1.250s][info][gc] GC(0) Pause Young (${EVIL}) 1M->1M(8M) 2.000ms\n`,
  )
  writeFileSync(
    join(inside, 'sockets', `ss-${EVIL}.txt`),
    'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n' +
      `CLOSE-WAIT 1448 0 10.0.0.1:40000 10.0.0.2:8080 users:(("${EVIL}",pid=1,fd=3))\n` +
      `CLOSE-WAIT 1448 0 [fe80::1%${EVIL.replaceAll(' ', '/')}]:40002 [fe80::2%${EVIL.replaceAll(' ', '/')}]:8080 users:(("${EVIL}",pid=1,fd=4))\n`,
  )
  return folder
}

/** Code that drops a response, in a file of such a name. */
export function writeHostileSource(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, `${EVIL}.mjs`),
    `async function look(url) {\n  const answer = await fetch(url) // ${EVIL_CODE}\n  return answer.headers.get('${EVIL_CODE}')\n}\n`,
  )
  return folder
}

/** RFC 8446 §4.1.2 with the name of a server (RFC 6066 §3), in one record. */
function clientHello(serverName: string): Uint8Array {
  const name = [...Buffer.from(serverName)]
  const list = sized([0, ...sized(name)])
  const extensions = sized([0, 0, ...sized(list)])
  const body = [3, 3, ...Array.from({ length: 32 }, () => 7), 0, ...sized([0x13, 1]), 1, 0, ...extensions]
  return Uint8Array.from([0x16, 3, 1, ...sized([1, 0, ...sized(body)])])
}

/** Behind its length in two bytes. */
function sized(body: readonly number[]): number[] {
  return [body.length >> 8, body.length & 0xff, ...body]
}
