import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startGuardian, type Guardian } from '@whyreset/gather'
import { afterEach, expect, vi } from 'vitest'
import { because, live, liveEnds } from './live-ends.ts'
import { told } from './two-namespaces.ts'

const RECORDER = fileURLToPath(new URL('recorder.mjs', import.meta.url))
const STATES = '/run/whyreset'

const ends = liveEnds('guardian')
let guardian: Guardian | undefined
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await guardian?.close()
  guardian = undefined
})

interface Owner {
  readonly child: ChildProcess
  readonly pid: number
  /** Its state file, as long as it is there. */
  state(): { guardian: { pid: number }; mark: string; things: { kind: string; name?: string }[] } | undefined
}

/** A recorder in a process of its own, recording. */
async function startRecorder(): Promise<Owner> {
  const { client } = ends.network()
  const args = [RECORDER, client.target.networkNamespace, join(ends.folder, 'evidence')]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  expect(await told(child)).toBe('recording\n')
  const pid = child.pid ?? 0
  return {
    child,
    pid,
    state() {
      const name = readdirSync(STATES).find((file) => file.startsWith(`${pid}-`) && file.endsWith('.json'))
      return name === undefined ? undefined : JSON.parse(readFileSync(join(STATES, name), 'utf8'))
    },
  }
}

/** The processes, the trace instance and the state that a recorder has made and that are still there. */
function leftOf(pid: number, mark: string): readonly string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(`WHYRESET_MARK=${mark}`))
    .map((name) => `process ${name}`)
  return [
    ...processes,
    ...readdirSync('/sys/kernel/tracing/instances').filter((name) => name.startsWith(`whyreset-${pid}-`)),
    ...readdirSync(STATES).filter((name) => name.startsWith(`${pid}-`)),
  ]
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    return []
  }
}

async function kill(owner: Owner): Promise<void> {
  owner.child.kill('SIGKILL')
  await once(owner.child, 'exit')
}

live(`removes everything when the recorder is killed${because}`, async () => {
  const owner = await startRecorder()
  const mark = owner.state()?.mark ?? ''
  expect(leftOf(owner.pid, mark)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^process/), expect.stringMatching(/^whyreset-/)]),
  )
  await kill(owner)
  await vi.waitFor(() => {
    expect(leftOf(owner.pid, mark)).toEqual([])
  })
})

live('is started again when it is killed, and still guards', async () => {
  const owner = await startRecorder()
  const { guardian: first, mark = '' } = owner.state() ?? {}
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await vi.waitFor(() => {
    expect(owner.state()?.guardian.pid).not.toBe(first?.pid)
  })
  await kill(owner)
  await vi.waitFor(() => {
    expect(leftOf(owner.pid, mark)).toEqual([])
  })
})

live('is made up for by the next start when it is killed together with the recorder', async () => {
  const owner = await startRecorder()
  const { guardian: first, mark = '' } = owner.state() ?? {}
  // Stopped first: neither sees the other die.
  owner.child.kill('SIGSTOP')
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await vi.waitFor(() => {
    // Its owner, who would bury it, is stopped.
    expect(readFileSync(`/proc/${first?.pid}/stat`, 'latin1')).toContain(') Z ')
  })
  expect(leftOf(owner.pid, mark).length).toBeGreaterThan(1)
  await kill(owner)
  guardian = await startGuardian()
  expect(leftOf(owner.pid, mark)).toEqual([])
})

live('leaves alone what belongs to an owner that lives', async () => {
  const owner = await startRecorder()
  const mark = owner.state()?.mark ?? ''
  const before = leftOf(owner.pid, mark)
  guardian = await startGuardian()
  expect(leftOf(owner.pid, mark)).toEqual(before)
})

live('removes a namespace with what runs in it, and a mount', async () => {
  const name = `whyreset-${randomBytes(4).toString('hex')}`
  const mount = join(ends.folder, 'whyreset-mount')
  guardian = await startGuardian()
  guardian.guard({ kind: 'network-namespace', name })
  guardian.guard({ kind: 'mount', path: mount })
  execFileSync('ip', ['netns', 'add', name])
  execFileSync('mkdir', [mount])
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', mount])
  const inside = spawn('ip', ['netns', 'exec', name, 'sleep', '60'], { stdio: 'ignore' })
  children.push(inside)
  await vi.waitFor(() => {
    expect(statSync(`/proc/${inside.pid}/ns/net`).ino).toBe(statSync(`/run/netns/${name}`).ino)
  })
  await guardian.close()
  await vi.waitFor(() => {
    expect(inside.signalCode).toBe('SIGKILL')
  })
  expect(existsSync(`/run/netns/${name}`)).toBe(false)
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(mount)
})

live('removes a folder with all in it, and nothing of what is mounted there', async () => {
  const own = join(ends.folder, 'whyreset-scratch')
  const other = join(ends.folder, 'somebody-elses')
  guardian = await startGuardian()
  guardian.guard({ kind: 'folder', path: own })
  for (const path of [own, join(own, 'mounted here'), other]) mkdirSync(path)
  writeFileSync(join(own, 'file'), 'ours')
  writeFileSync(join(other, 'file'), 'theirs')
  execFileSync('mount', ['--bind', other, join(own, 'mounted here')])
  await guardian.close()
  expect(existsSync(own)).toBe(false)
  expect(readFileSync(join(other, 'file'), 'utf8')).toBe('theirs')
})

live('has its state where only root can read it', async () => {
  guardian = await startGuardian()
  expect(execFileSync('stat', ['-c', '%a %u', STATES], { encoding: 'utf8' })).toBe('700 0\n')
})
