import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connection, pcap } from '../../core/test/build/index.ts'

/** What would run where text became markup. */
const EVIL = '<img src=x onerror=window.hacked=1>'

/** A capture, a log and a socket table whose names and texts are markup, in a folder of such a name. */
export function writeHostileEvidence(folder: string): string {
  const inside = join(folder, EVIL)
  mkdirSync(join(inside, 'sockets'), { recursive: true })
  const ends = { client: '10.0.0.1:40000', server: '10.0.0.2:8080' }
  const packets = connection(ends)
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
  writeFileSync(join(inside, `${EVIL}.pcap`), pcap(packets))
  writeFileSync(
    join(inside, `app ${EVIL}.log`),
    `2023-11-14T22:13:21.251Z ERROR ${EVIL} connection reset by peer ${EVIL}\n`,
  )
  writeFileSync(
    join(inside, 'sockets', 'ss.txt'),
    'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n' +
      `CLOSE-WAIT 1448 0 10.0.0.1:40000 10.0.0.2:8080 users:(("${EVIL}",pid=1,fd=3))\n`,
  )
  return folder
}
