/** Plays the reference story from the evidence recorded in examples/: set-up, build, verdict. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, ROOT } from './setup.mjs'

const EVIDENCE = join('examples', 'reference-story')
const MAIN = join('packages', 'cli', 'dist', 'main.js')

ensureInstalled()
await ensureBuilt()

// stdout is whyreset's answer alone, as when it is run by hand.
process.stderr.write(
  `A Java client asked nginx for a jar's modification time; nginx logged "reset by peer". Evidence: ${EVIDENCE}\n\n`,
)
const { status } = spawnSync(process.execPath, [MAIN, EVIDENCE], { cwd: ROOT, stdio: 'inherit' })
process.stderr.write(`\nNext, on evidence of your own: node ${MAIN} capture.pcap gc.log ss.txt app.log\n`)
process.exitCode = status ?? 1
