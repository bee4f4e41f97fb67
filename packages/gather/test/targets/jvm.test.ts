import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resolveTarget } from '../../src/index.ts'

const sources = {
  dockerSockets: [],
  podmanSockets: [],
  podman: undefined,
  containerdSockets: [],
  crictl: 'no-crictl-here',
}
const IDLE = `public class Idle {
  public static void main(String[] a) throws Exception { System.out.println("ready"); Thread.sleep(100000); }
}`

const hasJava = ['java', 'javac', 'jcmd'].every((program) => spawnSync(program, ['-h']).error === undefined)
const children: ChildProcess[] = []
let folder: string

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'whyreset-jvm-')))
  // Another user's JVM writes there.
  await chmod(folder, 0o777)
  await writeFile(join(folder, 'Idle.java'), IDLE)
  if (hasJava) execFileSync('javac', ['Idle.java'], { cwd: folder })
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Resolves when the program runs. Gives the JVM's own pid. */
async function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const options = { cwd: folder, env: { ...process.env, ...env } }
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  await once(child.stdout, 'data')
  const [below] = childrenOf(child.pid ?? 0)
  return below ?? child.pid ?? 0
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function java(...args: readonly string[]): Promise<number> {
  return start('java', [...args, '-cp', '.', 'Idle'])
}

async function find(pid: number, attach = false) {
  const found = await resolveTarget(`pid:${pid}`, { sources, attach })
  if (!found.ok) throw new Error(found.says)
  return found.target
}

const file = (name: string): object => ({ kind: 'file', path: join(folder, name) })

describe.skipIf(!hasJava)(`a JVM (${hasJava ? 'java runs' : 'java, javac or jcmd is not installed'})`, () => {
  it('shows its GC logs: from an argument file, with %p, and from JAVA_TOOL_OPTIONS', async () => {
    await writeFile(
      join(folder, 'args'),
      '-Xlog:gc*:file=gc-%p.log:time,uptime:filecount=2\n-Duser.timezone=Asia/Kolkata',
    )
    const options = { JAVA_TOOL_OPTIONS: '-Xlog:safepoint:file=tool.txt' }
    const pid = await start('java', ['@args', '-cp', '.', 'Idle'], options)
    expect(await find(pid)).toMatchObject({
      runtime: { kind: 'jvm', pid },
      zone: 'Asia/Kolkata',
      gcLogs: [file('tool.txt'), file(`gc-${pid}.log`)],
      // The GC log is not its log as well.
      logs: [],
    })
  })

  it('tells in its performance data what no command line shows any more', async () => {
    await writeFile(join(folder, 'gone'), '-Xlog:gc:file=pauses.txt')
    const pid = await java('@gone')
    await rm(join(folder, 'gone'))
    const { gcLogs, runtime } = await find(pid)
    expect(gcLogs).toEqual([file('pauses.txt')])
    expect(runtime).not.toHaveProperty('attach')
    expect(existsSync(`/tmp/.java_pid${pid}`)).toBe(false)
  })

  it('is asked where somebody has opened its attach listener: nothing is written', async () => {
    const pid = await java()
    expect(await find(pid)).toMatchObject({ gcLogs: [] })
    execFileSync('jcmd', [`${pid}`, 'VM.log', `output=${join(folder, 'later.txt')}`, 'what=gc*'])
    expect(await find(pid)).toMatchObject({ gcLogs: [file('later.txt')], runtime: { attach: 'answered' } })
  })

  it('opens its listener only when that is wanted, and the trigger is removed', async () => {
    const pid = await java()
    expect(await find(pid)).toMatchObject({ gcLogs: [] })
    expect(existsSync(`/tmp/.java_pid${pid}`)).toBe(false)
    expect(await find(pid, true)).toMatchObject({ gcLogs: [], runtime: { attach: 'answered' } })
    expect(existsSync(`/tmp/.java_pid${pid}`)).toBe(true)
    expect(readdirSync('/tmp').filter((name) => name.startsWith('.attach_pid'))).toEqual([])
  })

  it('that may not be asked goes on as before', async () => {
    const pid = await java('-XX:+DisableAttachMechanism')
    const { runtime } = await find(pid, true)
    expect(runtime?.attach).toEqual({ refused: 'its JVM may not be asked (-XX:+DisableAttachMechanism)' })
    expect(existsSync(`/proc/${pid}/root`)).toBe(true)
  })

  const isRoot = process.getuid?.() === 0
  it.skipIf(!isRoot)(
    `of another user, with its own pids and /tmp, is asked as well (root: ${isRoot})`,
    async () => {
      const places = 'mount --bind "$PWD" /mnt && cd /mnt && mount -t tmpfs tmpfs /tmp && chmod 1777 /tmp'
      const boot = `${places} && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"`
      const command = ['java', '-XX:-UsePerfData', '-cp', '.', 'Idle']
      const own = ['--pid', '--fork', '--kill-child', '--mount', '--mount-proc']
      const pid = await start('unshare', [...own, 'sh', '-c', boot, 'boot', ...command])
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m)
      expect(await find(pid, true)).toMatchObject({
        runtime: { attach: 'answered' },
        gcLogs: [],
      })
      expect(readdirSync(`/proc/${pid}/root/tmp`)).toEqual(['.java_pid1'])
    },
  )
})
