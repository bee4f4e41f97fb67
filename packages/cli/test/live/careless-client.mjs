/**
 * Looks at the headers only, forgets the answers, and has them collected. Each line on stdin is one round: it says how
 * many milliseconds to wait before.
 */
import { createInterface } from 'node:readline'

const [, , url] = process.argv

async function round(pauseMs) {
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      const answer = await fetch(url, { headers: { connection: 'close' } })
      return answer.ok
    }),
  )
  // The finalizers run some turns of the event loop after the collection.
  await new Promise((resolve) => setTimeout(resolve, 300))
  globalThis.gc()
  await new Promise((resolve) => setTimeout(resolve, 200))
  process.stdout.write('round\n')
}

for await (const line of createInterface({ input: process.stdin })) await round(Number(line))
