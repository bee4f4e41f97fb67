/** A host whose package loops for ever in a process of its own: `STORE`. Prints that process's id, and waits to be killed. */
import { hotload, processLoader } from '@whyreset/hotload'
import { memorySource } from './host-support.mjs'

const source = memorySource()
source.publish(`export const pid = () => process.pid
export const loop = () => { process.kill(process.ppid, 'SIGUSR2'); for (;;); }`)
const isolation = processLoader()
const hot = await hotload({ name: 'pricing', source, store: process.argv[2], isolation })
const pid = await hot.api.pid()
process.once('SIGUSR2', () => process.stdout.write(`${String(pid)}\n`))
hot.api.loop().catch(() => undefined)
