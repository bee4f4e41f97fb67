import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { METRICS } from '../src/watch-metrics.ts'
import { whyreset } from './whyreset.ts'

const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url))
const HELP = whyreset(['watch', '--help']).stdout

function read(path: string): string {
  return readFileSync(DEPLOY + path, 'utf8')
}

describe('what is deployed', () => {
  it.each(['systemd/whyreset-watch@.service', 'kubernetes/whyreset-watch.yaml'])(
    '%s gives the watch only options that it has',
    (path) => {
      const lines = read(path)
        .split('\n')
        .filter((line) => /^(?:ExecStart|Environment)=|^ {12}- --/.test(line))
      const options = lines.flatMap((line) => line.match(/--[a-z-]+/g) ?? [])
      expect(options.length).toBeGreaterThan(1)
      for (const option of options) expect(HELP).toContain(option)
    },
  )

  it('shows every metric on the dashboard, and none that is not there', () => {
    const shown = new Set(read('grafana/whyreset-watch.json').match(/whyreset_[a-z_]+/g))
    expect(shown).toEqual(new Set(METRICS.map(({ name }) => name).filter((name) => !UNSHOWN.has(name))))
  })
})

/** Counts that a picture of a service's resets has no place for. */
const UNSHOWN = new Set(['whyreset_attachments_total', 'whyreset_evidence_folders'])
