import type { Stage } from '../stage.ts'

/**
 * A Node client looks at the headers of a file's answers alone, and collects garbage now and then. Returns how many
 * connections the server lost.
 */
export async function playFetch(stage: Stage, bytes: number): Promise<number> {
  const { random } = stage
  const { client, server } = await stage.pair(random.pick([4, 6]))
  const port = random.int(1024, 32_000)
  const provider = stage.node(server, 'http-server.mjs', { host: server.address, port })
  await provider.wait('ready')
  const everyMs = random.int(250, 500)
  const checker = stage.node(
    client,
    'fetch-headers.mjs',
    {
      url: `http://${server.at(port)}/package.tgz?bytes=${bytes}`,
      rounds: Math.round(random.int(8000, 11_000) / everyMs),
      atOnce: random.int(1, 3),
      everyMs,
      piecesKept: random.int(150, 300),
    },
    {
      // A full collection every few rounds, as a program with work of its own has them.
      flags: ['--trace-gc', '--max-semi-space-size=1', '--max-old-space-size=24'],
      stdoutPath: stage.gcLog(client),
    },
  )
  await checker.wait('ready')
  await stage.record(client, server)
  checker.say('go')
  await checker.wait('done')
  await stage.settle()
  return provider.told('lost').length
}
