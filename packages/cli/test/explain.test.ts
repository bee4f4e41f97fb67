import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { whyreset } from './whyreset.ts'

const PAGES = new URL('../../../docs/causes/', import.meta.url)
const IDS = readdirSync(PAGES).map((name) => name.replace(/\.md$/, ''))

describe('whyreset explain', () => {
  it('lists every page once, in 80 columns', () => {
    const { code, stdout } = whyreset(['explain'])
    expect(code).toBe(0)
    const listed = stdout.split('\n').flatMap((line) => /^ {2}([a-z-]+) {2,}\S/.exec(line)?.[1] ?? [])
    expect(listed.toSorted()).toEqual(IDS.toSorted())
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('prints a page as it is', () => {
    const { code, stdout } = whyreset(['explain', 'garbage-collected'])
    expect(code).toBe(0)
    expect(stdout).toBe(readFileSync(new URL('garbage-collected.md', PAGES), 'utf8'))
  })

  it('dresses it where colour is wanted, and adds nothing else', () => {
    const args = ['explain', 'half-open']
    const bare = whyreset(args).stdout
    const coloured = whyreset(args, { env: { FORCE_COLOR: '1' } }).stdout
    expect(coloured).toContain('\u001B[1m# half-open\u001B[22m')
    // oxlint-disable-next-line no-control-regex -- SGR sequences are taken off
    expect(coloured.replace(/\u001B\[\d+m/g, '')).toBe(bare)
  })

  it('is bare with --no-color and with NO_COLOR', () => {
    const bare = whyreset(['explain']).stdout
    expect(whyreset(['--no-color', 'explain'], { env: { FORCE_COLOR: '1' } }).stdout).toBe(bare)
    expect(whyreset(['explain', '--no-color'], { env: { FORCE_COLOR: '1' } }).stdout).toBe(bare)
    expect(whyreset(['explain'], { env: { NO_COLOR: '1' } }).stdout).toBe(bare)
  })

  it.each([
    ['garbage-colected', 'Did you mean garbage-collected?'],
    ['zzzzzzzz', 'lists them'],
    ['../../package', 'lists them'],
  ])('has no page %s and says which there are', (id, says) => {
    const { code, stdout, stderr } = whyreset(['explain', id])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })
})

describe('whyreset --help', () => {
  it('opens with three examples, in 80 columns', () => {
    const { code, stdout } = whyreset(['--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Examples:\n(?: {2}\S.*\n){3}\n/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('lists no command that does not work', () => {
    const [, commands = ''] = /\nCommands:\n([^]*?)\n\n/.exec(whyreset(['--help']).stdout) ?? []
    const names = commands.split('\n').flatMap((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? [])
    expect(names.toSorted()).toEqual([
      'analyze',
      'capture',
      'compare',
      'explain',
      'help',
      'lab',
      'scan',
      'serve',
      'watch',
    ])
    for (const name of names) expect(whyreset([name, '--help'])).toMatchObject({ code: 0, stderr: '' })
  })

  it('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(whyreset(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})
