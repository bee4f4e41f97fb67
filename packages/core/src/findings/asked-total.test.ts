import { expect, test } from 'vitest'
import { analyze } from '../analyze.ts'
import { connection, merge, pcap, type Script } from '../../test/build/index.ts'

const START = Date.UTC(2026, 10, 22, 14) / 1000

/** Ten requests to one server, some of them reset; those that ended are heard of once more. */
function requests(start: number, resets: number, heardAfter = 0.1): Script[] {
  return Array.from({ length: 10 }, (_, index) => {
    const script = connection({
      client: `10.0.0.1:${40_000 + index + (start % 1000) / 10}`,
      server: '10.0.0.2:80',
      start: start + index,
    })
    script.handshake().client.send('GET / HTTP/1.1\r\n\r\n')
    script.after(0.01).server.send('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')
    if (index < resets) return script.after(0.01).server.rst()
    script.server.send('123456789').client.ack()
    return script.server.fin().client.fin().server.ack().after(heardAfter).server.ack()
  })
}

async function statementOf(
  scripts: readonly Script[],
  options: Parameters<typeof analyze>[1] = {},
): Promise<string | undefined> {
  const bytes = pcap(merge(...scripts))
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes
  }
  const { diagnosis } = await analyze([{ name: 'a.pcap', replay: true, open }], options)
  return diagnosis.findings[0]?.statement.text
}

test('of how many connections so many were reset is said of the time that was asked about', async () => {
  const middle = (START + 300) * 1000
  const scripts = [...requests(START, 2), ...requests(START + 600, 3)]
  expect(await statementOf(scripts)).toContain('5 of 20 connections')
  expect(await statementOf(scripts, { toUnixMs: middle })).toContain('2 of 10 connections')
  expect(await statementOf(scripts, { fromUnixMs: middle })).toContain('3 of 10 connections')
})

test('a connection that is heard of long after its end is not another one', async () => {
  const late = [...requests(START, 2, 30), ...requests(START + 100, 0)]
  expect(await statementOf(late)).toContain('2 of 20 connections')
})
