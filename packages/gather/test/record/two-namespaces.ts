import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Target } from '@whyreset/gather'

interface End {
  readonly name: string
  readonly address: string
  readonly target: Target
  /** A program in Node inside this namespace, given as source. */
  node(source: string, args?: readonly string[]): ChildProcess
}

export interface TwoNamespaces {
  readonly client: End
  readonly server: End
  /** Ends every program and removes both. */
  remove(): Promise<void>
}

/** Why live tests cannot run here; undefined when they can. */
export function whyNotLive(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  for (const program of ['tcpdump', 'ip', 'nsenter'])
    if (spawnSync(program, ['--version']).error !== undefined) return `${program} is not installed`
  const tried = spawnSync('unshare', ['--net', 'true'])
  return tried.status === 0 ? undefined : 'no network namespace can be made'
}

/** Two namespaces joined by a veth pair, in a network that no other test has now: the kernel traces all of them. */
export function makeTwoNamespaces(): TwoNamespaces {
  const tag = randomBytes(3).toString('hex')
  const network = `10.78.${randomInt(100, 255)}`
  const names = [`wrt-${tag}-c`, `wrt-${tag}-s`] as const
  const programs: ChildProcess[] = []
  const clear = (): void => {
    for (const name of names) spawnSync('ip', ['netns', 'delete', name])
  }
  try {
    for (const name of names) ip('netns', 'add', name)
    ip('link', 'add', 'eth0', 'netns', names[0], 'type', 'veth', 'peer', 'name', 'eth0', 'netns', names[1])
    for (const [index, name] of names.entries()) {
      ip('-n', name, 'address', 'add', `${network}.${index + 1}/24`, 'dev', 'eth0')
      for (const device of ['lo', 'eth0']) ip('-n', name, 'link', 'set', device, 'up')
    }
  } catch (error) {
    clear()
    throw error
  }
  const end = (index: 0 | 1): End => {
    const name = names[index]
    const address = `${network}.${index + 1}`
    const networkNamespace = `/run/netns/${name}`
    return {
      name,
      address,
      target: {
        name: index === 0 ? 'client' : 'server',
        kind: 'netns',
        spec: name,
        networkNamespace,
        addresses: [address],
        publishedPorts: [],
        logs: [],
        gcLogs: [],
      },
      node(source, args = []) {
        const command = [`--net=${networkNamespace}`, '--', process.execPath, '-e', source, '--', ...args]
        const child = spawn('nsenter', command, { stdio: ['pipe', 'pipe', 'inherit'] })
        programs.push(child)
        return child
      },
    }
  }
  return {
    client: end(0),
    server: end(1),
    async remove() {
      for (const child of programs) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL')
          await once(child, 'exit')
        }
      }
      clear()
    },
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args)
}

/** Resolves when a program printed something. */
export async function told(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output goes elsewhere')
  const [chunk] = await once(child.stdout, 'data')
  return String(chunk)
}

export function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

/** The tcpdump that a process has started. */
export function tcpdumpOf(parent: number | undefined): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, of] = /\(tcpdump\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      if (Number(of) === parent) return Number(pid)
    } catch {
      // It ended meanwhile.
    }
  }
  throw new Error('no tcpdump runs')
}

/** Resets each connection on its first byte; answers `/big` with megabytes. */
export const RESETTING_SERVER = `
  const [, host] = process.argv
  require('node:net').createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => String(data).includes('big') ? socket.end(Buffer.alloc(8e6)) : socket.resetAndDestroy())
  }).listen(8080, host, () => console.log('listening'))
`

/** Connects as often as it is told, one after the other, and says how each ended. */
export const CLIENT = `
  const [, host, what, times] = process.argv
  const once = () => new Promise((resolve) => {
    const socket = require('node:net').connect(8080, host, () => socket.write(what))
    socket.on('error', () => {}).on('close', resolve).resume()
  })
  ;(async () => {
    for (let i = 0; i < Number(times); i++) await once()
    console.log('done')
  })()
`
