/** A host that takes its second version, says what it runs, and waits to be killed. */
import { hotload, readState } from '@whyreset/hotload'
import { memorySource, stamped } from './host-support.mjs'

const [folder, second] = process.argv.slice(2)
const source = memorySource()
source.publish(stamped(1))
const options = { name: 'pricing', source, store: folder }
if ((await readState(folder)).state.current === undefined) {
  const first = await hotload({ ...options, confirm: false })
  await first.close()
}
const hot = await hotload({ ...options, confirm: { for: '60s' } })
process.stdout.write(hot.status().version)
source.publish(second === 'start' ? `process.kill(process.pid, 'SIGKILL'); export {}` : stamped(2))
if (hot.status().version === '1.0.0' && hot.status().quarantine.length === 0) {
  process.stdout.write(` to ${second}`)
  await hot.check()
}
process.stdout.write('.\n')
// The poller does not hold the process, and what runs in a worker need not.
setInterval(() => undefined, 1000)
