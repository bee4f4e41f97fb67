import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scanSchema, type ScanReport } from '@whyreset/report/scan-schema'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFUSED, whyreset } from './whyreset.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const NAMED_THREAD = fileURLToPath(new URL('fixtures/named-thread', import.meta.url))
const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const PROGRAMS = fileURLToPath(new URL('../../lab/src/programs', import.meta.url))

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-scan-cli-'))
  writeFileSync(
    join(folder, 'check.mjs'),
    'export async function check(url) {\n  const response = await fetch(url)\n  return response.status\n}\n',
  )
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('whyreset scan', () => {
  it('answers in its first line, and shows the line of code', () => {
    const { code, stdout, stderr } = whyreset(['scan', folder])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout.split('\n', 1)[0]).toMatch(/^1 place in 1 file of source leaks.*connections:/)
    expect(stdout).toContain('> 2 |   const response = await fetch(url)')
  })

  it('prints whyreset.scan/1 with --json, and the evidence with --diagnosis', () => {
    const { stdout } = whyreset(['scan', PROGRAMS, '--diagnosis', STORY, '--json'])
    const report = scanSchema.parse(JSON.parse(stdout))
    expect(report.results[0]).toMatchObject({
      file: 'packages/lab/src/programs/HotClient.java',
      rule: 'url-connection-body-unread',
    })
    expect(report.results[0]?.evidence?.[0]).toEqual({
      id: 'seen-cause',
      values: { cause: 'garbage-collected', connections: 127 },
      text: 'explains garbage-collected, found on 127 connections',
    })
  })

  it('leaves out what the baseline knows, from wherever it is typed and wherever the line has gone', () => {
    const tree = join(folder, 'tree')
    mkdirSync(join(tree, 'src'), { recursive: true })
    cpSync(join(folder, 'check.mjs'), join(tree, 'src/check.mjs'))
    expect(whyreset(['scan', 'src', '--write-baseline', 'known.json'], { cwd: tree })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'whyreset: known.json knows 1 place now: --baseline known.json leaves them out\n',
    })
    expect(whyreset(['scan', 'src', '--exit-code'], { cwd: tree }).code).toBe(3)
    writeFileSync(
      join(tree, 'src/check.mjs'),
      `// moved\n\n${readFileSync(join(folder, 'check.mjs'), 'utf8')}`,
    )
    for (const [paths, cwd, known] of [
      [['src'], tree, 'known.json'],
      [['.'], tree, 'known.json'],
      [['src/check.mjs', 'src'], tree, 'known.json'],
      [['.'], join(tree, 'src'), '../known.json'],
    ] as const) {
      const { code, stdout } = whyreset(['scan', ...paths, '--exit-code', '--baseline', known], { cwd })
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Nothing new in \d files? of source: 1 place is in the baseline\.\n/)
    }
    writeFileSync(join(tree, 'src/again.mjs'), readFileSync(join(folder, 'check.mjs'), 'utf8'))
    const { code, stdout } = whyreset(['scan', '.', '--exit-code', '--baseline', 'known.json'], { cwd: tree })
    expect(code).toBe(3)
    expect(stdout).toMatch(/^1 new place in 2 files [^]*\ssrc\/again\.mjs:2\.$/ms)
  })

  it('names files from the current folder, and a file once that is named twice', () => {
    const { stdout } = whyreset(['scan', 'check.mjs', '.', './check.mjs', '--json'], { cwd: folder })
    const { results } = scanSchema.parse(JSON.parse(stdout))
    expect(results.filter(({ file }) => file === 'check.mjs')).toHaveLength(1)
  })

  it('says what happens and what to write once for places of one kind', () => {
    cpSync(join(folder, 'check.mjs'), join(folder, 'twice/a.mjs'))
    cpSync(join(folder, 'check.mjs'), join(folder, 'twice/b.mjs'))
    const { stdout } = whyreset(['scan', 'twice'], { cwd: folder })
    expect(stdout.match(/^> /gm)).toHaveLength(2)
    expect(stdout.match(/^ {2}what /gm)).toHaveLength(1)
    expect(stdout.match(/^ {2}fix /gm)).toHaveLength(1)
  })

  it('reads UTF-16 and a byte order mark, which is no part of the code', () => {
    const text = readFileSync(join(folder, 'check.mjs'), 'utf8')
    mkdirSync(join(folder, 'marked'))
    writeFileSync(join(folder, 'marked/utf8.mjs'), `\uFEFF${text}`)
    writeFileSync(join(folder, 'marked/utf16le.mjs'), Buffer.from(`\uFEFF${text}`, 'utf16le'))
    writeFileSync(join(folder, 'marked/utf16be.mjs'), Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())
    const { results } = scanSchema.parse(
      JSON.parse(whyreset(['scan', 'marked', '--json'], { cwd: folder }).stdout),
    )
    expect(results.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'marked/utf16be.mjs:2',
      'marked/utf16le.mjs:2',
      'marked/utf8.mjs:2',
    ])
    for (const { frame } of results) expect(frame.lines[0]).toBe('export async function check(url) {')
  })

  it('does not wait for a pipe, and answers for the rest', () => {
    const pipe = join(folder, 'pipe.js')
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
    const { code, stdout, stderr } = whyreset(['scan', pipe, join(folder, 'check.mjs')])
    rmSync(pipe)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^1 place in 1 file/)
    expect(stderr).toMatch(/^whyreset: .*pipe\.js: cannot be read: it is neither a file nor a folder\n$/)
  })

  it('says what to type where its parsers are not installed', () => {
    const alone = join(folder, 'alone')
    cpSync(DIST, join(alone, 'dist'), { recursive: true })
    cpSync(join(DIST, '../package.json'), join(alone, 'package.json'))
    const { status, stderr } = spawnSync(process.execPath, [join(alone, 'dist/main.js'), 'scan', folder], {
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toBe(
      'whyreset: scan needs the optional packages @ast-grep/*, which are not installed: npm install -g whyreset --include=optional\n',
    )
  })

  it('says in one line what is wrong with what was typed', () => {
    expect(whyreset(['scan', folder, '--rule', 'fetch-body-unred'])).toMatchObject({
      code: 2,
      stderr: "whyreset: no rule is called 'fetch-body-unred'\n(Did you mean fetch-body-unread?)\n",
    })
    const missing = whyreset(['scan', join(folder, 'nowhere')])
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain('cannot be read: no such file or directory')
    expect(whyreset(['scan', folder, '--baseline', join(folder, 'check.mjs')]).code).toBe(2)
  })
})

function ranked(evidence: string): ScanReport['results'] {
  const args = ['scan', 'src', '--diagnosis', evidence, '--json']
  return scanSchema.parse(JSON.parse(whyreset(args, { cwd: NAMED_THREAD }).stdout)).results
}

describe("a thread that the kernel's trace names", () => {
  it('puts the file that gives it its name before one with the same fault', () => {
    const { stdout } = whyreset(['scan', 'src', '--diagnosis', '.'], { cwd: NAMED_THREAD })
    expect(stdout).toMatch(/^2 places .*the evidence\s+points to src\/Sessions\.java:45\.$/ms)
    const results = ranked('.')
    expect(results.map(({ file }) => file)).toEqual(['src/Sessions.java', 'src/Admission.java'])
    expect(results.map(({ evidence }) => evidence?.find(({ id }) => id === 'seen-thread')?.values)).toEqual([
      { thread: 'session-reader', literal: 'session-reader', line: 19 },
      undefined,
    ])
  })

  it('is not there without the trace, and nothing is said of it', () => {
    const evidence = ranked('capture-0001.pcap').flatMap((place) => place.evidence ?? [])
    expect(evidence.map(({ id }) => id)).not.toContain('seen-thread')
  })
})

describe('in Chinese', () => {
  it.each([[[]], [['--markdown']]])('what a rule says, and the comments of its fix: %j', (form) => {
    const { code, stdout } = whyreset(['scan', 'src', '--lang', 'zh', ...form], { cwd: NAMED_THREAD })
    expect(code).toBe(0)
    expect(stdout.replaceAll(/\s/g, '')).toContain('close()会发送RST，对方尚未读取的数据会丢失')
    expect(stdout).toContain('没有 setSoLinger：发送 FIN，已发出的数据会送达')
    expect(stdout).not.toMatch(/what the other side|and what was sent arrives/)
  })
})

describe('whyreset analyze --src', () => {
  const withSource = [STORY, '--src', PROGRAMS]

  it('shows the line of code below the finding, and what is the matter elsewhere below that', () => {
    const { code, stdout } = whyreset(withSource)
    expect(code).toBe(0)
    const order = [
      'whyreset explain',
      'long changed = connection.getLastModified();',
      'warning: 30 connections',
    ]
    expect(order.map((text) => stdout.indexOf(text))).toEqual(
      order.map((text) => stdout.indexOf(text)).toSorted((a, b) => a - b),
    )
    for (const text of order) expect(stdout).toContain(text)
  })

  it('puts the places into the diagnosis, as its published schema says', () => {
    const diagnosis: unknown = JSON.parse(whyreset([...withSource, '--json']).stdout)
    const isDiagnosis = new Ajv2020.default({ allErrors: true, allowUnionTypes: true })
    addFormats.default(isDiagnosis)
    const schema: object = JSON.parse(readFileSync(join(DIST, 'diagnosis.schema.json'), 'utf8'))
    isDiagnosis.validate(schema, diagnosis)
    expect(isDiagnosis.errors).toBeNull()
    expect(diagnosis).toMatchObject({
      schema: 'whyreset.diagnosis/1',
      source: {
        schema: 'whyreset.scan/1',
        results: [
          {
            file: 'packages/lab/src/programs/HotClient.java',
            line: 65,
            causes: ['garbage-collected', 'unread-data'],
          },
          {},
          {},
          {},
        ],
      },
    })
  })

  it('shows a saved answer with its source as it was', () => {
    const saved = join(folder, 'answer.json')
    writeFileSync(saved, whyreset([...withSource, '--json']).stdout)
    for (const form of [[], ['--markdown'], ['--json'], ['--lang', 'zh']])
      expect(whyreset([saved, ...form]).stdout).toBe(whyreset([...withSource, ...form]).stdout)
  })

  it.each([[[]], [['--json']], [['--markdown']], [['--lang', 'zh']]])(
    'hides names and code with --anonymize, and leaves rules and lines: %j',
    (form) => {
      const { code, stdout } = whyreset([...withSource, '--anonymize', ...form])
      expect(code).toBe(0)
      expect(stdout).toContain('url-connection-body-unread')
      expect(stdout).toContain('source-1.java')
      expect(stdout).not.toMatch(/HotClient|LastModified\.java|MADE|openConnection|packages\/lab/)
    },
  )

  it('says that no line explains it where none does', () => {
    const { stdout } = whyreset([REFUSED, '--src', PROGRAMS])
    expect(stdout).toMatch(/The evidence speaks for none of the \d+ places/)
  })

  it('answers without the source where that cannot be read, and says so', () => {
    const { code, stdout, stderr } = whyreset([STORY, '--src', join(folder, 'nowhere')])
    expect(code).toBe(1)
    expect(stdout).toContain('its garbage collector')
    expect(stderr).toMatch(/^whyreset: --src .*nowhere: no such file or directory\n$/)
  })
})
