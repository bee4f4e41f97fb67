/** The soak of hotload for as long as you like: `node bench/hotload-soak.mjs --minutes 60 [--seed 7]`. */
import { parseArgs } from 'node:util'
import { soak } from '../packages/hotload/test/soak.mjs'

/** A new seed after each: what went wrong is found again in this time. */
const ROUND_SECONDS = 60

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
  },
})
const end = Date.now() + Number(values.minutes) * 60_000
for (let seed = Number(values.seed); Date.now() < end; seed += 1) {
  const seconds = Math.min(ROUND_SECONDS, Math.ceil((end - Date.now()) / 1000))
  const { problems, ...counts } = await soak({ seed, seconds })
  const mb = Math.round(process.memoryUsage().rss / 1e6)
  console.log(`${new Date().toISOString()} ${JSON.stringify({ ...counts, mb })}`)
  for (const problem of problems) console.log(problem)
  if (problems.length > 0) process.exitCode = 1
}
