import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { REFUSED, whyreset } from './whyreset.ts'

const folder = mkdtempSync(join(tmpdir(), 'whyreset-hostile-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** A line end is the only control character of an answer; neither may it change direction. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

const FORMATS = [[], ['--json'], ['--markdown'], ['--lang', 'zh']]

function expectCalm(args: readonly string[]): void {
  const { code, stdout, stderr } = whyreset(args)
  expect([0, 1]).toContain(code)
  expect(stdout).not.toMatch(STEERING)
  expect(stderr).not.toMatch(STEERING)
}

it('no name of a file steers the terminal', () => {
  const capture = readFileSync(join(REFUSED, 'capture.pcap'))
  const names = [
    '\u001B[2J\u001B]0;title\u0007.pcap',
    'two\nlines\r.pcap',
    '\u202Egnp.pcap',
    '--json',
    '\u009B31m',
  ]
  const paths = names.map((name) => join(folder, name))
  for (const path of paths) writeFileSync(path, capture)
  for (const format of FORMATS) expectCalm([...format, '--', ...paths])
  expectCalm(names.map((name) => `${name} missing`.replace(/^-/, './-')))
  expectCalm(['--', `\u001B[31m\n${'x'.repeat(5000)}`])
  const typo = whyreset(['--\u001B[31mjson'])
  expect(typo.code).toBe(2)
  expect(typo.stderr).not.toMatch(STEERING)
})

it('no content of a file steers the terminal, ends the program or makes it throw', () => {
  const seeds = [
    'app.log',
    'capture.pcap',
    'kernel-resets.txt',
    'sockets/ss-srv-20261122T150415.250Z.txt',
  ].map((name) => readFileSync(join(REFUSED, name)))
  const evil = fc.constantFrom(
    '\u001B[2J',
    '\u0000',
    '\r\n',
    '\u202E',
    '\u009B31m',
    '\uFFFD',
    '"\\u001b',
    '9'.repeat(400),
  )
  const damage = fc.array(fc.tuple(fc.nat(10_000), evil), { minLength: 1, maxLength: 30 })
  let run = 0
  fc.assert(
    fc.property(fc.constantFrom(...seeds), damage, fc.constantFrom(...FORMATS), (seed, places, format) => {
      const bytes = Buffer.from(seed)
      for (const [place, text] of places) bytes.write(text, place % bytes.length)
      const path = join(folder, `damaged-${run++}`)
      writeFileSync(path, bytes)
      expectCalm([...format, path, join(REFUSED, 'capture.pcap')])
    }),
    { numRuns: 15 },
  )
})
