import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readlink, rm, mkdir, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { oneLine } from '../src/command/terminal.ts'
import { listen } from './wire-support.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
/** Puts the words after it to a file, one line each time; fails when the new file says so. */
const HOOK = `
const { appendFileSync, readFileSync } = require('node:fs')
const { HOTLOAD_VERSION, HOTLOAD_PATH, HOTLOAD_RETURNED = '' } = process.env
const content = readFileSync(HOTLOAD_PATH, 'utf8')
appendFileSync(process.argv[1], [HOTLOAD_VERSION, content, HOTLOAD_RETURNED, process.argv[2]].join('|') + '\\n')
process.exit(content === 'broken' ? 3 : 0)`

if (!existsSync(MAIN)) throw new Error('packages/hotload/dist/main.js is not there: npm run build')

const children = new Set<ChildProcess>()
let folder = ''
let url = ''

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function hotload(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr })
    })
  })
}

/** Starts what runs until it is ended, and resolves when it has said `words`. */
async function start(
  words: string,
  ...args: readonly string[]
): Promise<{ child: ChildProcess; said: () => string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let text = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString()
      if (text.includes(words)) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${text}`)))
  })
  return { child, said: () => text }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'close')
  child.kill(signal)
  await closed
  children.delete(child)
  return child.exitCode
}

async function publish(content: string, version: string): Promise<Run> {
  await writeFile(join(folder, 'rules.txt'), content)
  return hotload('publish', 'rules.txt', '--name', 'rules', '--version', version)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hotload-command-'))
  await hotload('keygen')
  await publish('one', '1.0.0')
  const { said } = await start('(number 1)', 'serve', 'releases', '--port', '0')
  url = `${/http:\/\/\S+/.exec(said())?.[0] ?? ''}/rules`
})

afterAll(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

describe('manners', () => {
  test('--help begins with three examples that fit 80 columns', async () => {
    for (const args of [['--help'], ['sync', '--help']]) {
      const { code, stdout } = await hotload(...args)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Examples:\n( {2}hotload \S.*\n){3}/)
      expect(stdout).toContain('Usage: hotload')
    }
  })

  test('what cannot be meant is usage: exit 2, with what was meant', async () => {
    expect(await hotload('sycn')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Did you mean sync?') as string,
    })
    expect(await hotload('serve', 'releases', '--prot', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--port') as string,
    })
    expect(await hotload('sync', 'rules', '--to', 'x')).toMatchObject({
      code: 2,
      stderr: 'hotload: rules is not an http:// or https:// URL\n',
    })
    expect((await hotload('sync', url, '--to', 'x')).stderr).toContain('whose signature counts? --trust KEY')
    expect((await hotload('sync', url, '--to', 'x', '--trust', 'hotload.key')).stderr).toMatch(
      /^hotload: --trust hotload\.key: a key is a private key: the public one was wanted/,
    )
    expect((await hotload('serve', 'releases', '--key', 'hotload.pub')).stderr).toMatch(
      /^hotload: --key hotload\.pub: a key is a public key: the private one was wanted/,
    )
    expect(await hotload('sync', url, '--to', 'x', '--plain', '--exec')).toMatchObject({
      code: 2,
      stderr: 'hotload: --exec names no program: --exec systemctl reload app\n',
    })
    expect((await hotload('sync', url, '--to', 'x', '--plain', '--every', '3 weeks')).stderr).toContain(
      "such as '30s'",
    )
    expect((await hotload('publish', 'nothing.txt', '--name', 'a', '--version', '1.0.0')).stderr).toBe(
      'hotload: nothing.txt: no such file or folder\n',
    )
    expect((await hotload('serve', 'releases', '--key', 'other.key')).stderr).toBe(
      'hotload: other.key is not there: type hotload keygen other, or name the key with --key FILE\n',
    )
  })

  test('keygen keeps the private key to its owner, and overwrites none', async () => {
    const run = await hotload('keygen', 'team', '--json')
    expect(JSON.parse(run.stdout)).toMatchObject({ files: ['team.key', 'team.pub'] })
    expect((await stat(join(folder, 'team.key'))).mode & 0o777).toBe(0o600)
    expect(run.stdout).not.toContain('private')
    expect(await hotload('keygen', 'team')).toMatchObject({ code: 2 })
  })

  test('what a provider or a program says cannot move the cursor', () => {
    expect(oneLine('a\u001b[2Jb\nc\u202ed')).toBe('a [2Jb c d')
    expect(oneLine('x'.repeat(1000))).toHaveLength(500)
  })
})

describe('publish, sync and return', () => {
  test('a version is verified, put in place, told of, and replaced', async () => {
    expect((await hotload('verify', url, '--trust', 'hotload.pub')).stdout).toMatch(
      /^rules 1\.0\.0 \(number 1\) is signed by a trusted key until 20/,
    )
    const log = join(folder, 'hook.log')
    const sync = [
      'sync',
      url,
      '--to',
      'lib',
      '--trust',
      'hotload.pub',
      '--once',
      '--exec',
      process.execPath,
      '-e',
      HOOK,
      log,
      '--json',
    ]
    expect(await hotload(...sync)).toMatchObject({ code: 0, stderr: '' })
    // The file is in place and was told of: an unchanged version is not told of again.
    expect((await hotload(...sync)).code).toBe(0)
    await publish('two', '1.1.0')
    expect((await hotload(...sync)).stdout).toContain('rules 1.1.0 is in place')
    expect(await readFile(join(folder, 'lib', 'rules.txt'), 'utf8')).toBe('two')
    // What follows --exec is the program's, dashes included.
    expect(await readFile(log, 'utf8')).toBe('1.0.0|one||--json\n1.1.0|two||--json\n')
  })

  test('a version that the program refuses is put back, and the program told', async () => {
    await publish('broken', '1.2.0')
    const log = join(folder, 'refusal.log')
    const sync = [
      'sync',
      url,
      '--to',
      'lib',
      '--trust',
      'hotload.pub',
      '--once',
      '--json',
      '--exec',
      process.execPath,
      '-e',
      HOOK,
      log,
    ]
    const run = await hotload(...sync)
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      event: 'rejected',
      version: '1.2.0',
      code: 'HOTLOAD_LOAD',
    })
    expect(await readFile(join(folder, 'lib', 'rules.txt'), 'utf8')).toBe('two')
    expect(await readFile(log, 'utf8')).toBe('1.2.0|broken||\n|two|1|\n')
    const status = await hotload('status', 'lib')
    expect(status.stdout).toMatch(/^rules 1\.1\.0 \(number 2\) is in use\n/)
    expect(status.stdout).toContain('refused       number 3, once')
  })

  test('retract and return are new numbers of old versions', async () => {
    expect((await hotload('retract', 'rules')).stdout).toBe(
      'rules 1.1.0 is what clients return to (number 4)\n',
    )
    expect((await hotload('return', 'rules', '1.0.0')).stdout).toBe(
      'rules 1.0.0 is offered again (number 5)\n',
    )
    const releases = await hotload('status', 'releases', '--json')
    expect(JSON.parse(releases.stdout)).toMatchObject({ packages: [{ name: 'rules', seq: 5 }] })
    await hotload('sync', url, '--to', 'lib', '--trust', 'hotload.pub', '--once')
    expect(await readFile(join(folder, 'lib', 'rules.txt'), 'utf8')).toBe('one')
  })

  test('a tree is a link that is turned, and Ctrl-C ends a sync in good order', async () => {
    await mkdir(join(folder, 'site'), { recursive: true })
    await writeFile(join(folder, 'site', 'index.js'), 'export const answer = 1\n')
    await hotload('publish', 'site', '--name', '@team/site', '--version', '1.0.0')
    const site = url.replace(/rules$/, '@team/site')
    const { child } = await start(
      'is in place',
      'sync',
      site,
      '--to',
      'www',
      '--trust',
      'hotload.pub',
      '--push',
      '--every',
      '1s',
    )
    const first = await readlink(join(folder, 'www', 'current'))
    await writeFile(join(folder, 'site', 'index.js'), 'export const answer = 2\n')
    await hotload('publish', 'site', '--name', '@team/site', '--version', '1.0.1')
    await vi.waitFor(async () => expect(await readlink(join(folder, 'www', 'current'))).not.toBe(first))
    expect(await readFile(join(folder, 'www', 'current', 'index.js'), 'utf8')).toContain('answer = 2')
    expect(await end(child, 'SIGINT')).toBe(130)
  })

  test('a provider that is ended answers those who wait, and does not wait for their connections', async () => {
    const { child: server, said } = await start('(number ', 'serve', 'releases', '--port', '0')
    const own = `${/http:\/\/\S+/.exec(said())?.[0] ?? ''}/rules`
    const { child } = await start(
      'is in place',
      'sync',
      own,
      '--to',
      'waits',
      '--trust',
      'hotload.pub',
      '--push',
      '--every',
      '1s',
    )
    // Its wait begins within a second of its start.
    const metrics = own.replace(/rules$/, 'metrics')
    await vi.waitFor(async () => expect(await (await fetch(metrics)).text()).toContain('hotload_waiting 1'))
    // Clients keep an idle connection for a minute, which is longer than this test may take.
    expect(await end(server, 'SIGINT')).toBe(130)
    expect(await end(child, 'SIGINT')).toBe(130)
  }, 50_000)

  test('a file of any web server is kept too, and a provider that is down keeps nobody from starting', async () => {
    const server = createServer(
      (_asked, response) => void response.writeHead(200, { 'content-length': 5 }).end('plain'),
    )
    const listening = await listen(server)
    const plain = ['sync', `http://127.0.0.1:${listening.port}/a/Rules.jar`, '--to', 'jars', '--plain']
    expect((await hotload(...plain, '--once')).stdout).toContain('0.0.1 is in place')
    expect(await readFile(join(folder, 'jars', 'Rules.jar'), 'utf8')).toBe('plain')
    await listening[Symbol.asyncDispose]()
    const { child } = await start('connection refused', ...plain, '--every', '200ms')
    expect(await end(child, 'SIGTERM')).toBe(0)
  })
})
