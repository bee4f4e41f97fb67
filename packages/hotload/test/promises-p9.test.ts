import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { onCleanup } from './host-package.ts'
import { largeModule, stamped } from './host-support.mjs'
import { start } from './promises-support.ts'

describe('P9: the host answers while a version is being loaded', () => {
  it('a service answers its users with the old version for as long as the new one takes to load', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false })
    const server = createServer((_, response) => {
      void hot.api.stamp().then((version) => response.end(String(version)))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onCleanup(() => void server.close())
    const { port } = server.address() as AddressInfo

    // A module of 1 MB that computes for a while at its import.
    const busy = 'const end = Date.now() + 500; while (Date.now() < end);'
    source.publish(`${busy}\n${largeModule(1024 * 1024, 2)}`)
    let isOver = false
    const check = hot.check().finally(() => (isOver = true))
    const answers: string[] = []
    for (;;) {
      const answer = await ask(port)
      if (isOver) break
      answers.push(answer)
    }
    await check
    await next('activated', 2)
    // In one thread there would be none: `inline` stops for all of it.
    const switched = answers.includes('2') ? answers.indexOf('2') : answers.length
    expect(switched).toBeGreaterThan(5)
    expect(new Set(answers.slice(0, switched))).toEqual(new Set(['1']))
    expect(answers.slice(switched)).not.toContain('1')
    expect(await ask(port)).toBe('2')
  })
})

async function ask(port: number): Promise<string> {
  const request = get({ host: '127.0.0.1', port, agent: false })
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}
