/** Looks at the headers only, forgets the answers, and has them collected: each line on stdin is one round. */
import { createInterface } from 'node:readline'

const [, , url] = process.argv

async function round() {
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

for await (const line of createInterface({ input: process.stdin })) if (line !== '') await round()
