import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Guardian } from '../guardian/guarded.ts'
import { removeThing } from '../guardian/remove-guarded.ts'
import type { EvidenceFile } from './evidence-folder.ts'
import { wallMinusMonotonic } from './time-stamp.ts'

/** A trace instance of our own: nothing that others trace is touched. */
export interface KernelTrace {
  stop(): Promise<void>
}

export interface KernelTraceOptions {
  readonly name: string
  readonly guardian: Guardian
  readonly file: EvidenceFile
  readonly maxBytes: number
  readonly cannotWrite: (error: unknown) => void
  /** Which resets to keep; the kernel traces those of all namespaces. */
  readonly isWanted: (line: string) => boolean
}

const ROOTS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']
const EVENTS = ['tcp_send_reset', 'tcp_receive_reset']
/** For each processor: some ten thousand resets between two readings. */
const BUFFER_KIB = 1024
const READ_MS = 200
const READ_BYTES = 1 << 16

/** Where tracefs is mounted, if its events are there. Throws with the reason. */
export function traceRoot(): string {
  const root = ROOTS.find((path) => existsSync(join(path, 'instances')))
  if (root === undefined)
    throw new Error('tracefs is not mounted (mount -t tracefs tracefs /sys/kernel/tracing)')
  if (!existsSync(join(root, 'events/tcp/tcp_send_reset')))
    throw new Error('this kernel has no tcp:tcp_send_reset event (Linux 4.15 or newer was wanted)')
  return root
}

/** Starts to trace the resets that the kernel sends and receives, with the reason where it prints one. */
export function startKernelTrace(options: KernelTraceOptions): KernelTrace {
  const { name, guardian, file, maxBytes, isWanted, cannotWrite } = options
  const instance = join(traceRoot(), 'instances', name)
  const thing = { kind: 'trace-instance', name } as const
  guardian.guard(thing)
  mkdirSync(instance)
  const put = (path: string, text: string): void => {
    writeFileSync(join(instance, path), text)
  }
  put('trace_clock', 'mono')
  put('buffer_size_kb', String(BUFFER_KIB))
  for (const event of EVENTS) put(`events/tcp/${event}/enable`, '1')
  file.write(Buffer.from(`# tracer: nop\n# trace_clock: mono\n${clockHeader()}`))
  // Not blocking: a thread that waited in read(2) could not be called back.
  const pipe = openSync(join(instance, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
  const buffer = Buffer.alloc(READ_BYTES)
  let rest = ''

  function drain(): void {
    for (;;) {
      const length = readAvailable(pipe, buffer)
      if (length === 0) return
      const lines = (rest + buffer.toString('latin1', 0, length)).split('\n')
      rest = lines.pop() ?? ''
      // `CPU:1 [LOST 25 EVENTS]`: the reader of the evidence is to know.
      const kept = lines.filter((line) => line.startsWith('CPU:') || isWanted(line))
      if (kept.length > 0 && file.bytes < maxBytes) file.write(Buffer.from(`${kept.join('\n')}\n`, 'latin1'))
    }
  }

  const timer = setInterval(() => {
    try {
      drain()
    } catch (error) {
      clearInterval(timer)
      cannotWrite(error)
    }
  }, READ_MS)
  return {
    async stop() {
      clearInterval(timer)
      try {
        put('tracing_on', '0')
        drain()
        // Clocks drift: the offset at the end is nearer to what was read last, and the last one counts.
        file.write(Buffer.from(clockHeader()))
      } finally {
        closeSync(pipe)
        file.close()
        if (!(await removeThing(thing))) guardian.release(thing)
      }
    },
  }
}

/**
 * Keeps the events of some namespaces, which no event names: those with one of their addresses. Loopback addresses
 * are everybody's: there the thread's own namespace decides. What cannot be told is kept.
 */
export function isResetOf(
  addresses: ReadonlySet<string>,
  namespaces: ReadonlySet<number>,
): (line: string) => boolean {
  return (line) => {
    const found = line.matchAll(/(?:src|dest|saddr|daddr|saddrv6|daddrv6)=(\S+)/g)
    const named = Array.from(found, ([, text = '']) => withoutPort(text)).filter((text) => !isAny(text))
    // A listener names nobody: such an event has no address to go by.
    if (named.length === 0 || named.some((address) => addresses.has(address))) return true
    if (!named.every((address) => isLoopback(address))) return false
    // In an interrupt the thread is a bystander.
    if (/\]\s+[^\s:]*[shHzZ][^\s:]*\s+\d+\.\d+:/.test(line)) return true
    const inode = namespaceOf(Number(/^\s*\S.*?-(\d+)\s/.exec(line)?.[1]))
    return inode === undefined || namespaces.has(inode)
  }
}

function withoutPort(text: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1]
  const address = bracketed ?? (/^[\d.]+:\d+$/.test(text) ? text.replace(/:\d+$/, '') : text)
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function namespaceOf(tid: number): number | undefined {
  try {
    return statSync(`/proc/${tid}/ns/net`).ino
  } catch {
    return undefined
  }
}

function readAvailable(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0
    throw error
  }
}

function clockHeader(): string {
  return `# wall_minus_trace_clock: ${wallMinusMonotonic().toFixed(6)}\n`
}
