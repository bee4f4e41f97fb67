import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  CLIENT,
  makeTwoNamespaces,
  RESETTING_SERVER,
  told,
  whyNotLive,
  type TwoNamespaces,
} from '../../gather/test/record/two-namespaces.ts'
import { REFUSED, whyreset, type Run } from './whyreset.ts'
import { makeBareRoot, makeNodelessMachine, type NodelessMachine } from './without-node.ts'

const SCRIPT = fileURLToPath(new URL('../../../scripts/sea.mjs', import.meta.url))
const EXECUTABLE = fileURLToPath(new URL('../../../dist-sea/whyreset', import.meta.url))

const notBuilt = whyNotBuilt()
const notLive = notBuilt ?? whyNotLive()
const built = it.skipIf(notBuilt !== undefined)
const live = it.skipIf(notLive !== undefined)

/** Node's place for a program is in the executable itself, or there is none: Debian's own Node is a library. */
function whyNotBuilt(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  return readFileSync(process.execPath).includes('NODE_SEA_FUSE') ? undefined : 'this Node takes no program'
}

beforeAll(() => {
  if (notBuilt === undefined) execFileSync(process.execPath, [SCRIPT, '--as-built'])
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-sea-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Runs it to its end with nothing on PATH. */
function executable(args: readonly string[], input = ''): Run {
  const { status, stdout, stderr } = spawnSync(EXECUTABLE, args, {
    input,
    encoding: 'utf8',
    env: { PATH: folder },
  })
  return { code: status, stdout, stderr }
}

describe(`the single executable${notBuilt === undefined ? '' : ` (skipped: ${notBuilt})`}`, () => {
  built.for([
    [['--version']],
    [['--help']],
    [[REFUSED]],
    [[REFUSED, '--json']],
    [[REFUSED, '--markdown', '--lang', 'zh']],
    [['compare', REFUSED, REFUSED, '--json']],
    [['explain']],
    [['explain', 'garbage-collected']],
    [['explain', 'garbage-colected']],
    [['no-such-file.pcap']],
    [['--no-such-option']],
  ] as const)('answers %j as the package does', ([args]) => {
    expect(executable(args)).toEqual(whyreset(args))
  })

  built('reads standard input', () => {
    const { stdout } = executable([REFUSED, '--json'])
    expect(executable(['-', '--json'], stdout)).toEqual(whyreset(['-', '--json'], { input: stdout }))
  })

  built('says that the lab needs a Node for its programs', () => {
    expect(executable(['lab', 'list']).stdout).toMatch(/^0 of \d+ scenarios[^]*missing:.* node \(apt-get/)
  })

  built('comes with the licences of what it holds', () => {
    const licences = readFileSync(join(EXECUTABLE, '../LICENSES.txt'), 'utf8')
    for (const name of ['whyreset', 'commander', 'zod', 'Node.js']) expect(licences).toContain(`# ${name}`)
    expect(statSync(EXECUTABLE).mode & 0o777).toBe(0o755)
  })
})

describe(`the single executable, live${notLive === undefined ? '' : ` (skipped: ${notLive})`}`, () => {
  let machine: NodelessMachine
  let net: TwoNamespaces
  const children: ChildProcess[] = []
  beforeAll(async () => {
    if (notLive !== undefined) return
    net = makeTwoNamespaces()
    // It has the namespaces that are there when it is made.
    machine = await makeNodelessMachine()
    await told(net.server.node(RESETTING_SERVER, [net.server.address]))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
  afterAll(async () => {
    if (notLive !== undefined) return
    await machine.remove()
    await net.remove()
  })

  /** Starts a command on the server's namespace, where no Node can be run, and waits until it says that it has begun. */
  async function begin(
    command: 'capture' | 'watch',
    begun: string,
  ): Promise<{ pid: number; said: () => string }> {
    const args = [command, `netns:${net.server.name}`, '--json', '-o', join(folder, 'evidence')]
    const child = spawn('nsenter', [...machine.enter, EXECUTABLE, ...args])
    children.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    await vi.waitFor(() => {
      expect(said).toContain(begun)
    })
    // nsenter has become the executable.
    return { pid: child.pid ?? 0, said: () => said }
  }

  async function makeResets(): Promise<void> {
    await told(net.client.node(CLIENT, [net.server.address, 'reset me', '2']))
  }

  live('answers in a root that holds itself, the libraries of C and C++, and the evidence', () => {
    makeBareRoot(folder, EXECUTABLE)
    cpSync(REFUSED, join(folder, 'evidence'), { recursive: true })
    const { stdout } = spawnSync('chroot', [folder, '/whyreset', 'evidence'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    expect(stdout).toContain('refused')
    expect(stdout).toBe(whyreset(['evidence'], { cwd: folder }).stdout)
  })

  live('captures, and its guardian removes what is left when it is killed', async () => {
    const { pid, said } = await begin('capture', 'whyreset: until ')
    await makeResets()
    await vi.waitFor(() => {
      expect(executable([join(folder, 'evidence')]).stdout).toContain('2 reset')
    })
    const mark = markOf(pid)
    expect(leftOf(pid, mark)).toEqual(expect.arrayContaining(['tcpdump', 'whyreset']))
    process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => {
      expect(leftOf(pid, mark)).toEqual([])
    })
    expect(said()).not.toContain('without')
    expect(executable([join(folder, 'evidence')]).stdout).toContain('2 reset')
  })

  live('watches, and analyses what it saw in a process of its own', async () => {
    const { said } = await begin('watch', '"attached"')
    await makeResets()
    await vi.waitFor(() => {
      expect(said()).toContain('"finding"')
    })
    const events = said()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string })
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'finding', cause: 'abortive-close', connections: 2 }),
    )
  })

  live('plays a scenario of the lab with the Node on PATH, and removes the programs it unpacked', () => {
    const { stdout, stderr } = spawnSync(EXECUTABLE, ['lab', 'run', 'closed-port', '--seed', '8'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], TMPDIR: folder },
    })
    expect(stdout, stderr).toContain('the verdict agrees with the label')
    expect(readdirSync(folder)).toEqual([])
  })
})

/** What the guardian calls everything of this process: it is in the name of its state file. */
function markOf(pid: number): string {
  const name = readdirSync('/run/whyreset').find((entry) => entry.startsWith(`${pid}-`)) ?? ''
  return name.slice(`${pid}-`.length, -'.json'.length)
}

/** Trace instances, state files, and names of processes that belong to a process which is, or was, running. */
function leftOf(pid: number, mark: string): string[] {
  const files = ['/sys/kernel/tracing/instances', '/run/whyreset'].flatMap((path) => readdirSync(path))
  const processes = readdirSync('/proc').filter((entry) => environmentOf(entry).includes(mark))
  return [...files.filter((name) => name.split('-').includes(String(pid))), ...processes.flatMap(nameOf)]
}

function nameOf(pid: string): string[] {
  try {
    return [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()]
  } catch {
    // It ended meanwhile.
    return []
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}
