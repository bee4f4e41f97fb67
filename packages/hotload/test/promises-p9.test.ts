import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { onCleanup } from './host-package.ts'
import { largeModule, stamped } from './host-support.mjs'
import { newFolder, start } from './promises-support.ts'

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

    // A module of 1 MB that computes at its import, until a file is there.
    const enough = join(newFolder(), 'enough')
    const busy = `import { existsSync } from 'node:fs'; while (!existsSync(${JSON.stringify(enough)}));`
    source.publish(`${busy}\n${largeModule(1024 * 1024, 2)}`)
    let isOver = false
    const check = hot.check().finally(() => (isOver = true))
    const answers: string[] = []
    for (;;) {
      const answer = await ask(port)
      if (isOver) break
      answers.push(answer)
      if (answers.length === 50) writeFileSync(enough, '')
    }
    await check
    await next('activated', 2)
    // In one thread it would never end: `inline` stops for all of it.
    const switched = answers.includes('2') ? answers.indexOf('2') : answers.length
    expect(switched).toBeGreaterThanOrEqual(50)
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
