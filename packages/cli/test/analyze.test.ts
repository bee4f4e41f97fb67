import { spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Diagnosis } from '@whyreset/core'
import { parseDiagnosis } from '@whyreset/report/parse-diagnosis'
import { afterAll, describe, expect, it } from 'vitest'
import { REFUSED, start, whyreset, type Run } from './whyreset.ts'

const folder = mkdtempSync(join(tmpdir(), 'whyreset-cli-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const CAPTURE = join(REFUSED, 'capture.pcap')
const CAPTURE_BYTES = readFileSync(CAPTURE)

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function diagnosisOf({ stdout }: Run): Diagnosis {
  const parsed = parseDiagnosis(JSON.parse(stdout))
  if (!parsed.ok) throw new Error(parsed.complaints.join('\n'))
  return parsed.diagnosis
}

function makePipe(name: string): string {
  const path = join(folder, name)
  expect(spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]).status).toBe(0)
  return path
}

/** What must not depend on the way in which the bytes came. */
function essence(run: Run): unknown {
  const { verdict, findings, incidents, summary } = diagnosisOf(run)
  return { verdict, findings: findings.map(({ next: _next, ...finding }) => finding), incidents, summary }
}

describe('whyreset FILES', () => {
  it('names the cause of real evidence, in JSON that its own schema accepts', () => {
    const run = whyreset([REFUSED, '--json'])
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    const [finding] = diagnosisOf(run).findings
    expect(finding).toMatchObject({ cause: 'connection-refused', resetBy: 'server', connections: 11 })
  })

  it('opens with the verdict and fits 80 columns', () => {
    const { code, stdout } = whyreset([REFUSED])
    expect(code).toBe(0)
    const [verdict] = stdout.split('\n')
    expect(verdict).toMatch(/refused/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('is the same with the name of the command and without', () => {
    expect(whyreset(['analyze', REFUSED])).toEqual(whyreset([REFUSED]))
  })

  it('gives the same bytes for the same evidence', () => {
    expect(whyreset([REFUSED, '--json']).stdout).toBe(whyreset([REFUSED, '--json']).stdout)
  })

  it('writes for tickets and in Chinese', () => {
    expect(whyreset([REFUSED, '--markdown']).stdout).toMatch(/^\*\*.*refused/)
    expect(whyreset([REFUSED, '--lang', 'zh']).stdout).toMatch(/\p{Script=Han}/u)
  })

  it('hides addresses and names on request', () => {
    const { stdout } = whyreset([REFUSED, '--anonymize', '--json'])
    expect(stdout).not.toMatch(/10\.91\.|fixtures/)
    expect(whyreset([REFUSED, '--json']).stdout).toMatch(/10\.91\.15\.2/)
  })

  it('leaves out what is not of the peer or not of the time that was asked for', () => {
    const other = diagnosisOf(whyreset([CAPTURE, '--peer', '192.0.2.1', '--json']))
    expect(other.findings).toEqual([])
    const port = diagnosisOf(whyreset([CAPTURE, '--peer', '10.91.15.2:9090', '--json']))
    expect(port.findings.map(({ server }) => server)).toEqual(['10.91.15.2:9090'])
    const late = diagnosisOf(whyreset([CAPTURE, '--from', '2030-01-01', '--json']))
    expect(late.findings).toEqual([])
    const all = diagnosisOf(
      whyreset([CAPTURE, '--from', '2026-11-22T15:00:00Z', '--to', '2026-11-22 16:00', '--json']),
    )
    expect(all.incidents).toHaveLength(11)
    // The counts are of what was captured, whatever was asked about.
    expect(all.summary).toMatchObject({ reset: 0, refused: 11 })
    for (const { summary } of [other, port, late]) expect(summary).toMatchObject({ reset: 0, refused: 11 })
  })
})

describe('the way in which the bytes come', () => {
  const expected = essence(whyreset([CAPTURE, '--json']))

  it('does not matter: standard input', () => {
    expect(essence(whyreset(['-', '--json'], { input: CAPTURE_BYTES }))).toEqual(expected)
  })

  it('does not matter: gzip, as a file and on standard input', () => {
    const zipped = gzipSync(CAPTURE_BYTES)
    expect(essence(whyreset([file('capture.pcap.gz', zipped), '--json']))).toEqual(expected)
    expect(essence(whyreset(['-', '--json'], { input: zipped }))).toEqual(expected)
  })

  it('does not matter: a link, a name twice, a folder with it', () => {
    const only = join(folder, 'only')
    mkdirSync(only)
    cpSync(CAPTURE, join(only, 'some name'))
    symlinkSync('some name', join(only, 'link.pcap'))
    symlinkSync('.', join(only, 'loop'))
    expect(essence(whyreset([only, '--json']))).toEqual(expected)
    expect(essence(whyreset([only, join(only, 'link.pcap'), '--json']))).toEqual(expected)
  })

  it('does not matter: a pipe', async () => {
    const pipe = makePipe('pipe')
    const { end } = start([pipe, '--json'])
    writeFileSync(pipe, CAPTURE_BYTES)
    expect(essence(await end)).toEqual(expected)
  })

  it('does not matter: a folder of compressed files', () => {
    const zipped = join(folder, 'zipped')
    mkdirSync(join(zipped, 'sockets'), { recursive: true })
    for (const name of readdirSync(REFUSED, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(REFUSED, name)).isFile())
        writeFileSync(join(zipped, name), gzipSync(readFileSync(join(REFUSED, name))))
    }
    expect(essence(whyreset([zipped, '--json']))).toEqual(essence(whyreset([REFUSED, '--json'])))
  })

  it('keeps what came before the cut of a compressed file, and says so', () => {
    const zipped = gzipSync(Buffer.concat(Array.from({ length: 50 }, () => CAPTURE_BYTES)), { level: 1 })
    const run = whyreset([file('cut.pcap.gz', zipped.subarray(0, zipped.length - 20)), '--json'])
    expect(run.code).toBe(0)
    const [input] = diagnosisOf(run).inputs
    expect(input?.records).toBeGreaterThan(0)
    expect(input?.problems[0]?.code).toBe('compressed-cut-short')
  })

  it('is the same for each way in when zstd is not there: the error says what to do', () => {
    const zstd = file('capture.zst', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x24, 0, 1, 0, 0, 1, 2, 3))
    const { code, stderr } = whyreset([zstd])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^whyreset: .*capture\.zst: .*zstd.*\n$/)
  })
})

describe('what cannot be read', () => {
  const bad = {
    missing: join(folder, 'missing.pcap'),
    empty: file('empty.log', ''),
    foreign: file('picture.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2, 3)),
  }

  it.each(Object.entries(bad))('is one line and exit code 1 when it is all there is: %s', (_what, path) => {
    const { code, stdout, stderr } = whyreset([path])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.startsWith(`whyreset: ${path}: `)).toBe(true)
    expect(stderr.match(/\n/g)).toHaveLength(1)
  })

  it('does not take the rest along', () => {
    const { code, stdout, stderr } = whyreset([bad.missing, CAPTURE, bad.empty, bad.foreign])
    expect(code).toBe(1)
    expect(stdout).toMatch(/refused/)
    const named = stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.split(': ')[1])
    expect(named).toEqual([bad.missing, bad.empty, bad.foreign])
  })

  it('is a folder without evidence, but not a stray file in a folder with it', () => {
    const bare = join(folder, 'bare')
    mkdirSync(bare)
    expect(whyreset([bare])).toMatchObject({ code: 1, stdout: '' })
    writeFileSync(join(bare, 'notes.txt'), 'nothing of use\n')
    expect(whyreset([bare])).toMatchObject({ code: 1, stdout: '' })
    cpSync(CAPTURE, join(bare, 'capture.pcap'))
    expect(whyreset([bare])).toMatchObject({ code: 0, stderr: '' })
  })

  it('is never the recorded answer of a scenario', () => {
    const scenario = join(folder, 'scenario')
    mkdirSync(scenario)
    cpSync(CAPTURE, join(scenario, 'capture.pcap'))
    const before = whyreset([scenario, '--json']).stdout
    writeFileSync(join(scenario, 'truth.json'), '{"schema":"whyreset.evidence/1"}')
    expect(whyreset([scenario, '--json']).stdout).toBe(before)
    expect(whyreset([join(scenario, 'truth.json')])).toMatchObject({ code: 1, stdout: '' })
  })

  it('does not include damage: that is answered', () => {
    const cut = file('cut.pcap', CAPTURE_BYTES.subarray(0, CAPTURE_BYTES.length - 7))
    expect(whyreset([cut])).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a complaint with --anonymize', () => {
  it('says what is wrong with which input, and names no file', () => {
    const foreign = file('acme.bin', 'ACME-notes of ours')
    const absent = join(folder, 'acme-absent.pcap')
    const saved = file('acme.json', '{"schema": "whyreset.diagnosis/1", ')
    const inside = join(folder, 'acme-folder')
    mkdirSync(inside)
    writeFileSync(join(inside, 'acme.bin'), 'ACME-notes of ours')
    const said = [[REFUSED, foreign, absent], [saved], [inside]].map(
      (paths) => whyreset([...paths, '--anonymize']).stderr,
    )
    expect(said.join('')).not.toMatch(/acme/i)
    expect(said[0]).toContain('whyreset: input-1.bin: begins with ')
    expect(said[0]).toContain('whyreset: input-2.bin: cannot be read: no such file or directory\n')
    expect(said[1]).toContain('whyreset: input 1: is a saved answer, but not whole')
    expect(said[2]).toContain('whyreset: input 1: its only evidence could not be read: input-1.bin begins')
  })
})

describe('a saved answer', () => {
  it('is shown again, in any form', () => {
    const saved = file('saved.json', whyreset([REFUSED, '--json']).stdout)
    for (const form of [[], ['--json'], ['--markdown'], ['--lang', 'zh'], ['--exit-code']])
      expect(whyreset([saved, ...form])).toEqual(whyreset([REFUSED, ...form]))
  })

  it('is shown again from standard input', () => {
    const saved = whyreset([REFUSED, '--json']).stdout
    for (const form of [[], ['--json'], ['--lang', 'zh']])
      expect(whyreset(['-', ...form], { input: saved })).toEqual(whyreset([REFUSED, ...form]))
    const capture = whyreset(['-', '--json'], { input: CAPTURE_BYTES })
    expect(diagnosisOf(capture).inputs[0]?.kind).toBe('capture')
  })

  it.each([
    ['cut short', (text: string) => text.slice(0, -100), /not whole: it breaks off after [\d,]+ characters/],
    ['damaged', (text: string) => text.replace('"inputs": [', '"inputs" ['), /no JSON/],
    [
      'of another version',
      (text: string) => text.replace('diagnosis/1', 'diagnosis/7'),
      /has the schema "whyreset\.diagnosis\/7"; whyreset\.diagnosis\/1 was wanted: update whyreset, or/,
    ],
    [
      'a comparison',
      (text: string) => text.replace('diagnosis/1', 'comparison/1'),
      /has the schema "whyreset\.comparison\/1"; whyreset\.diagnosis\/1 was wanted/,
    ],
    [
      'with a field of another type',
      (text: string) => text.replace(/"packets": \d+/, '"packets": "many"'),
      /summary\.packets/,
    ],
  ])(
    'that is %s is refused in a line that says so, from a file and from standard input',
    (_, damage, says) => {
      const text = damage(whyreset([REFUSED, '--json']).stdout)
      const path = file('damaged.json', text)
      for (const { code, stdout, stderr } of [whyreset([path]), whyreset(['-'], { input: text })]) {
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
        expect(stderr).toMatch(says)
        expect(stderr.split('\n')).toHaveLength(2)
      }
    },
  )

  it.each([
    ['--peer', '10.91.1.2'],
    ['--from', '2026-11-22'],
    ['--to', '2026-11-22'],
    ['--log-timezone', '+08:00'],
    ['--gc-start', '2026-11-22'],
  ])('cannot be narrowed or read otherwise: %s is refused', (option, value) => {
    const saved = whyreset([REFUSED, '--json']).stdout
    const refused = {
      code: 2,
      stdout: '',
      stderr: `whyreset: ${option}: a saved answer cannot be narrowed or read otherwise\n(analyse its evidence again, with ${option})\n`,
    }
    expect(whyreset([file('saved.json', saved), option, value])).toEqual(refused)
    expect(whyreset(['-', option, value], { input: saved })).toEqual(refused)
  })

  it('beside evidence is left out, and that is said', () => {
    const saved = file('saved.json', whyreset([REFUSED, '--json']).stdout)
    const { code, stdout, stderr } = whyreset([REFUSED, saved])
    expect(code).toBe(1)
    expect(stdout.split('\n')[0]).toBe(whyreset([REFUSED]).stdout.split('\n')[0])
    expect(stderr).toMatch(/saved\.json: is the answer of an earlier run, not evidence/)
  })
})

describe('times of logs', () => {
  const LOG = Array.from(
    { length: 5 },
    (_, n) => `2026-07-01 12:00:0${n} ERROR read failed: Connection reset by peer\n`,
  )
  const firstTime = (zone: string): string | undefined =>
    diagnosisOf(whyreset([file('summer.log', LOG.join('')), '--log-timezone', zone, '--json'])).inputs[0]
      ?.from

  it('follow the zone that was given, in the season of the evidence', () => {
    expect(firstTime('+08:00')).toMatch(/^2026-07-01T04:00:00/)
    expect(firstTime('Asia/Shanghai')).toMatch(/^2026-07-01T04:00:00/)
    expect(firstTime('Europe/Berlin')).toMatch(/^2026-07-01T10:00:00/)
  })
})

describe('exit codes', () => {
  it('is 3 when a cause was found, only on request', () => {
    expect(whyreset([REFUSED]).code).toBe(0)
    expect(whyreset([REFUSED, '--exit-code']).code).toBe(3)
    expect(whyreset([join(REFUSED, 'nstat-diff.txt'), '--exit-code']).code).toBe(0)
  })

  it.each([
    [[], 'name at least one file'],
    [['--jsno', CAPTURE], 'Did you mean --json?'],
    [['--json', '--markdown', CAPTURE], 'cannot be used with'],
    [['--lang', 'fr', CAPTURE], 'en, zh'],
    [['--peer', 'example.com', CAPTURE], 'Names are not looked up'],
    [['--from', 'noon', CAPTURE], 'ISO 8601'],
    [['--from', '2026-11-23', '--to', '2026-11-22', CAPTURE], '--from is later than --to'],
    [['--log-timezone', 'Nowhere', CAPTURE], 'Asia/Shanghai'],
    [['explian'], 'Did you mean whyreset explain?'],
    [['half-open'], 'Did you mean whyreset explain half-open?'],
    [['--lang', 'zh', 'explain', 'half-open'], "'explain' is a command, which comes first"],
    [[''], 'name 1 is empty'],
    [[CAPTURE, ''], 'name 2 is empty'],
    [['compare', CAPTURE, ''], 'name 2 is empty'],
    [['scan', ''], 'name 1 is empty'],
    [['serve', ''], 'name 1 is empty'],
  ])('is 2 for %j, with what is wanted', (args, says) => {
    const { code, stdout, stderr } = whyreset(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^whyreset: /)
    expect(stderr).toContain(says)
  })

  it.each([
    ['explain', '--lang', 'zh'],
    ['explain', '--pear', '10.0.0.1'],
    ['compare', '--from', '2026-11-22'],
    ['scan', '--peer', '10.0.0.1'],
  ])('is 2 for an option of another command, which is not suggested: %s %s', (command, option, value) => {
    const stderr = `whyreset: unknown option '${option}'\n`
    expect(whyreset([command, option, value])).toEqual({ code: 2, stdout: '', stderr })
  })

  it('is 1 for a link to itself: a file that cannot be read, no command and no fault of ours', () => {
    const there = mkdtempSync(join(folder, 'loop-'))
    symlinkSync('itself', join(there, 'itself'))
    const run = whyreset(['itself'], { cwd: there })
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/^whyreset: itself: cannot be read: too many .*links.*\n$/)
  })

  it('is 0 when the reader of the answer has gone', async () => {
    const { child, end } = start(['-', '--json'])
    child.stdout.destroy()
    await new Promise((resolve) => child.stdout.once('close', resolve))
    child.stdin.end(CAPTURE_BYTES)
    expect(await end).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('Ctrl-C', () => {
  /** Longer than what pipes hold: when it is written, most of it was read. */
  const LONG = Buffer.concat([
    CAPTURE_BYTES,
    ...Array.from({ length: 1000 }, () => CAPTURE_BYTES.subarray(24)),
  ])

  it('answers with what is known by then, of a capture', async () => {
    const { child, end } = start(['-', '--json'])
    child.stdin.write(LONG, () => child.kill('SIGINT'))
    const run = await end
    expect(run).toMatchObject({
      code: 130,
      stderr: 'whyreset: interrupted: this is what was known by then\n',
    })
    expect(diagnosisOf(run).inputs[0]?.records).toBeGreaterThan(1000)
  })

  it('does not call a stream cut short that it stopped reading', async () => {
    const { child, end } = start(['-', '--json'])
    child.stdin.write(LONG.subarray(0, -5), () => child.kill('SIGINT'))
    const run = await end
    expect(run.code).toBe(130)
    expect(diagnosisOf(run).inputs[0]?.problems).toEqual([])
  })

  it('answers with what is known by then, of a log', async () => {
    const log = readFileSync(join(REFUSED, 'app.log'))
    const { child, end } = start(['-', '--json'])
    child.stdin.write(Buffer.concat(Array.from({ length: 1000 }, () => log)), () => child.kill('SIGINT'))
    const run = await end
    expect(run.code).toBe(130)
    expect(diagnosisOf(run).inputs[0]).toMatchObject({ kind: 'app-log' })
  })

  it('says so when nothing was read', async () => {
    const pipe = makePipe('idle-pipe')
    const { child, end } = start([pipe])
    // Opening waits for the reader: then it reads, and nothing comes.
    const writer = openSync(pipe, 'w')
    child.kill('SIGINT')
    expect(await end).toEqual({
      code: 130,
      stdout: '',
      stderr: 'whyreset: interrupted before anything was read\n',
    })
    closeSync(writer)
  })
})
