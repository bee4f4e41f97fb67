import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { connection, merge, pcap, type Script } from './build/index.ts'

const START = Date.UTC(2026, 10, 23, 15) / 1000
const ASK = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n'
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

function asked(index: number, seconds: number): Script {
  const ends = { client: `10.0.0.1:${40_000 + index}`, server: '10.0.0.2:8080' }
  const script = connection({ ...ends, start: START + seconds }).handshake()
  return script.client.send(ASK).after(0.01).server.send(ANSWER).client.ack()
}

/** The server closes, and the client's next request meets no socket. */
function closedAndUsed(script: Script): Script {
  return script.server.fin().client.ack().after(2).client.send(ASK).server.rst()
}

async function toldOf(scripts: readonly Script[]): Promise<string[]> {
  const bytes = pcap(merge(...scripts))
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes
  }
  const { diagnosis } = await analyze([{ name: 'a.pcap', replay: true, open }])
  return diagnosis.findings.map(
    ({ cause, connections, because }) => `${connections} × ${cause}: ${because[0]?.text}`,
  )
}

test('keepalive probes do not shorten the idle time after which a server closes', async () => {
  const probed = [15, 16.6, 18.2].map((gap, index) => {
    const script = asked(index, 0)
    const probes = Math.floor(74 / gap)
    for (let count = 0; count < probes; count++)
      script
        .after(gap)
        .client.ack({ seq: (next) => next - 1 })
        .server.ack()
    return closedAndUsed(script.after(75 - probes * gap))
  })
  expect(await toldOf(probed)).toEqual([expect.stringMatching(/^3 × keep-alive-race: .* after 75 s of idle/)])
})

test('connections that were idle for very different times and end together were not closed for it', async () => {
  const together = [0, 3, 6].map((seconds, index) => closedAndUsed(asked(index, seconds).after(8 - seconds)))
  expect(await toldOf(together)).toEqual([expect.stringMatching(/^3 × unknown: candidates: .*process-exit/)])
})

test('a close that was announced at the same moment says nothing of those that were idle', async () => {
  const idle = [0, 1].map((seconds) => closedAndUsed(asked(seconds, seconds).after(5)))
  const announced = [0, 1].map((seconds) => {
    const script = connection({
      client: `10.0.0.9:${50_000 + seconds}`,
      server: '10.0.0.2:8080',
      start: START + seconds + 5,
    })
    const refusal = 'HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
    script.handshake().client.send(ASK).after(0.005).server.send(refusal).server.fin()
    return script.after(0.01).client.send(500).server.rst()
  })
  expect(await toldOf([...idle, ...announced])).toContainEqual(expect.stringMatching(/^2 × keep-alive-race/))
})

test('a port that refuses long after idle connections were closed did not close them', async () => {
  const closed = [0, 1, 2].map((index) => closedAndUsed(asked(index, 0).after(5)))
  const served = [9, 12].map((seconds, index) =>
    asked(10 + index, seconds)
      .client.fin()
      .server.fin()
      .client.ack(),
  )
  const refused = connection({ client: '10.0.0.1:45000', server: '10.0.0.2:8080', start: START + 18 })
  refused.client.syn().server.rstAck({ seq: 0, window: 0 })
  const told = await toldOf([...closed, ...served, refused])
  expect(told).toContainEqual(expect.stringMatching(/^3 × keep-alive-race/))
})

test('callers whose answers stall at different moments have waited equally long', async () => {
  const gaveUp = Array.from({ length: 12 }, (_, index) => {
    const batch = Math.floor(index / 3)
    const stall = [0.1, 2, 4.2][index % 3] ?? 0
    const script = connection({
      client: `10.0.0.1:${40_000 + index}`,
      server: '10.0.0.2:8080',
      start: START + batch * 20,
    }).handshake()
    script.client.send(ASK).after(stall).server.send('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n')
    script.client
      .ack()
      .after(5 - stall)
      .client.fin()
      .server.ack()
    return script.after(1).server.send(900).client.rst()
  })
  expect(await toldOf(gaveUp)).toEqual([expect.stringMatching(/^12 × caller-gave-up/)])
})

/** A long answer over TLS, after which the server closes; the client's closing alert is reset. */
function downloaded(): Script {
  const script = connection({ client: '10.0.0.1:41000', server: '10.0.0.2:8080', start: START }).handshake()
  script.client.send(record(22, 300)).server.send(record(22, 900)).client.send(record(23, 200))
  for (let count = 0; count < 60; count++) script.server.send(record(23, 1300)).client.ack()
  return script.server.fin().after(0.001).client.send(record(23, 19)).server.rst()
}

/** Of TLS (RFC 8446 §5.1). */
function record(type: number, length: number): Uint8Array {
  return Uint8Array.from([type, 3, 3, length >> 8, length & 255, ...Array.from({ length }, () => 7)])
}

test.each([
  [60, /^1 × late-reset/],
  [2, /^1 × data-after-close/],
])('a port that refuses %i s after a long answer over TLS', async (seconds, told) => {
  const refused = connection({ client: '10.0.0.1:45000', server: '10.0.0.2:8080', start: START + seconds })
  refused.client.syn().server.rstAck({ seq: 0, window: 0 })
  expect(await toldOf([downloaded(), refused])).toContainEqual(expect.stringMatching(told))
})

test('who closes an idle connection did not give up, whatever the server still says then', async () => {
  const idle = [0, 20, 40, 60].map((seconds, index) => {
    const script = asked(index, seconds).after(5).client.fin().server.ack()
    return script.after(0.5).server.send('HTTP/1.1 408 Request Timeout\r\n\r\n').client.rst()
  })
  expect(await toldOf(idle)).toEqual([expect.stringMatching(/^4 × data-after-close/)])
})
