import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SYSTEMD = '/lib/systemd/systemd'

export interface OwnSystemd {
  /** Runs a program to its end where that systemd is process 1. */
  inside(program: string, args: readonly string[]): Promise<string>
  /** Starts one there. */
  start(program: string, args: readonly string[]): ChildProcess
  stop(): Promise<void>
}

/** Runs where everything is its own: what is written goes to memory, and nothing of this machine's is changed. */
const BOOT = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1/own"
mkdir "$1/own/upper" "$1/own/work" "$1/own/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/own/upper,workdir=$1/own/work" "$1/own/root"
cd "$1/own/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p run/systemd/system old
cp "$1"/units/* run/systemd/system/
ip link set lo up
pivot_root . old
umount -l old
exec env -i container=whyreset "PATH=$PATH" ${SYSTEMD} --unit=whyreset-test.target --log-target=null --show-status=no
`

/**
 * A systemd of its own, as process 1 of its own process, mount, network and control-group namespaces, over this machine's
 * file tree. Units by name; all of them and the journal are started.
 */
export async function startSystemd(
  units: Readonly<Record<string, string>>,
): Promise<OwnSystemd | { readonly unavailable: string }> {
  if (process.getuid?.() !== 0) return { unavailable: 'systemd needs root' }
  if (!existsSync(SYSTEMD) || !existsSync('/usr/bin/journalctl'))
    return { unavailable: 'systemd is not installed (apt-get install systemd)' }
  const folder = await mkdtemp(join(tmpdir(), 'whyreset-systemd-'))
  await run('mkdir', [join(folder, 'own'), join(folder, 'units')])
  const names = ['systemd-journald.service', ...Object.keys(units)].join(' ')
  const target = `Wants=${names}\nAfter=systemd-journald.service\nAllowIsolate=yes\n`
  for (const [name, text] of Object.entries({ ...units, 'whyreset-test.target': target }))
    await writeFile(join(folder, 'units', name), `[Unit]\nDefaultDependencies=no\n${text}`)
  const own = ['--pid', '--fork', '--mount', '--uts', '--ipc', '--net', '--cgroup', '--kill-child']
  const command = ['--pdeathsig', 'KILL', 'unshare', ...own, 'sh', '-c', BOOT, 'boot', folder]
  const holder = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  holder.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = once(holder, 'close')
  let pid = ''
  const enter = (program: string, args: readonly string[]): string[] => [
    '--target',
    pid,
    '--all',
    '--wd=/',
    '--',
    program,
    ...args,
  ]
  const inside = async (program: string, args: readonly string[]): Promise<string> =>
    (await run('nsenter', enter(program, args))).stdout
  const stop = async (): Promise<void> => {
    holder.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const isRunning = async (): Promise<boolean> => {
    pid = (await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').catch(() => '')).trim()
    if (pid === '' || !/^[1-9]\d*$/.test(pid)) return false
    return inside('systemctl', ['is-active', 'whyreset-test.target']).then(
      (answer) => answer.trim() === 'active',
      () => false,
    )
  }
  while (holder.exitCode === null && !(await isRunning()))
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  if (holder.exitCode === null)
    return { inside, start: (program, args) => spawn('nsenter', enter(program, args)), stop }
  await stop()
  return { unavailable: `systemd does not run here: ${said.trim().split('\n').at(-1) ?? ''}` }
}

const POLL_MS = 100
