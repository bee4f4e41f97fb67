/** A Java service gets a new jar, and then a broken one, under load and without a restart: `node run.mjs` (needs a JDK and curl). */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** As `npx hotload` would find it. */
const HOTLOAD = fileURLToPath(new URL('main.js', import.meta.resolve('@whyreset/hotload')))
const USERS = 4
/** It ends what hangs: the machine may do much else. */
const DEADLINE_MS = 300_000

const folder = mkdtempSync(join(tmpdir(), 'jar-sidecar-'))
const children = []
const deadline = setTimeout(() => void finish(1, 'it took too long'), DEADLINE_MS)
let agent

try {
  await finish(await main())
} catch (error) {
  await finish(1, error.message)
}

async function main() {
  hotload('keygen')
  publish('1.0.0')
  const [, provider] = await started(/(http:\S+)/, HOTLOAD, 'serve', 'releases', '--port', '0')
  const url = `${provider}/pricing`
  const trust = ['--to', 'lib', '--trust', 'hotload.pub']
  hotload('sync', url, ...trust, '--once')
  const [, port, pid] = await started(
    /listening on (\d+) as process (\d+)/,
    'java',
    join(HERE, 'Service.java'),
    join('lib', 'pricing.jar'),
  )
  const service = `http://127.0.0.1:${port}`
  const reload = ['curl', '-fsS', '-X', 'POST', `${service}/reload`]
  // The sidecar: it learns of a version at once, and tells the service.
  const sidecar = run(HOTLOAD, 'sync', url, ...trust, '--push', '--exec', ...reload)

  agent = new Agent({ keepAlive: true, maxSockets: USERS })
  const answers = new Map()
  let lost = 0
  const over = new AbortController()
  const users = Array.from({ length: USERS }, async () => {
    while (!over.signal.aborted) {
      try {
        const price = await ask(`${service}/price?amount=20&unit=5`)
        answers.set(price, (answers.get(price) ?? 0) + 1)
      } catch {
        lost += 1
      }
    }
  })
  await until(() => answers.has('100'))
  publish('2.0.0')
  await until(() => answers.has('90'))
  publish('3.0.0')
  await until(() => sidecar.said().includes('pricing 3.0.0 is refused'))
  const before = answers.get('90')
  await until(() => answers.get('90') > before + 100)
  over.abort()
  await Promise.all(users)

  const all = [...answers.values()].reduce((sum, count) => sum + count, 0)
  say(`${lost} of ${all + lost} requests were lost; the service is still process ${pid}`)
  say(
    `  100 by the jar of 1.0.0, 90 by the jar of 2.0.0, and nothing else: ${[...answers.keys()].join(', ')}`,
  )
  say(`  3.0.0 was refused by the service, and the jar of 2.0.0 put back`)
  say(`  ${hotload('status', 'lib').split('\n')[0]}`)
  process.kill(Number(pid), 0)
  return lost === 0 && answers.size === 2 ? 0 : 1
}

/** Compiles a rule, and publishes its jar. */
function publish(version) {
  const classes = join(folder, `classes-${version}`)
  const sources = join(HERE, 'rules', version, 'pricing')
  execFileSync('javac', ['-d', classes, ...readdirSync(sources).map((file) => join(sources, file))])
  execFileSync('jar', ['--create', '--file', join(folder, 'pricing.jar'), '-C', classes, '.'])
  hotload('publish', 'pricing.jar', '--name', 'pricing', '--version', version)
}

function hotload(...args) {
  return execFileSync(process.execPath, [HOTLOAD, ...args], { cwd: folder, encoding: 'utf8' })
}

function run(program, ...args) {
  const [command, all] = program === HOTLOAD ? [process.execPath, [HOTLOAD, ...args]] : [program, args]
  const child = spawn(command, all, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
  return { said: () => text }
}

async function started(pattern, program, ...args) {
  const { said } = run(program, ...args)
  await until(() => pattern.test(said()))
  return pattern.exec(said())
}

function ask(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(body))
      })
    }).once('error', reject)
  })
}

async function until(holds) {
  while (!holds())
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

async function finish(code, why) {
  if (why !== undefined) process.stderr.write(`jar-sidecar: ${why}\n`)
  clearTimeout(deadline)
  agent?.destroy()
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  rmSync(folder, { recursive: true, force: true })
  process.exit(code)
}
