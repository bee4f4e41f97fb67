import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, vi } from 'vitest'
import { makeTwoNamespaces, tcpdumpOf, type TwoNamespaces } from '../../gather/test/record/two-namespaces.ts'

const PROGRAMS = fileURLToPath(new URL('live/', import.meta.url))
/** Of the rounds of the careless client. Not all alike: a beat would fit any other beat. */
export const PAUSES_MS = [0, 350, 120, 700, 60, 480, 200, 900]

interface LoggedProgram {
  readonly child: ChildProcess
  readonly pid: string
  /** Resolves when its log says something so often. */
  printed(words: string, times: number): Promise<void>
}

/** What each live test has for itself; nothing of it is left after the test. */
export interface LiveStage {
  readonly folder: string
  /** Two new namespaces. */
  network(): TwoNamespaces
  /** Is killed after the test, unless it has ended. */
  keep(child: ChildProcess): void
  /** Answers in the server's namespace. */
  serve(net: TwoNamespaces): Promise<LoggedProgram>
  /** Asks it, on a line with a pause each time, and leaves its answers to the garbage collector. */
  askCarelessly(net: TwoNamespaces): LoggedProgram
}

export function liveStage(name: string): LiveStage {
  let folder = ''
  let net: TwoNamespaces | undefined
  const children: ChildProcess[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), `whyreset-${name}-`))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await net?.remove()
    net = undefined
    rmSync(folder, { recursive: true, force: true })
  })

  /** A program whose output goes into a file, as a service's does. */
  function program(namespace: string, role: string, args: readonly string[]): LoggedProgram {
    const log = join(folder, `${role}.log`)
    const output = openSync(log, 'w')
    const command = [`--net=${namespace}`, '--', process.execPath, ...args]
    const child = spawn('nsenter', command, { stdio: ['pipe', output, 'inherit'] })
    closeSync(output)
    children.push(child)
    return {
      child,
      pid: String(child.pid),
      async printed(words, times) {
        await vi.waitFor(() => {
          const text = readFileSync(log, 'utf8')
          if (text.split(words).length !== times + 1) throw new Error(`${role} printed: ${text}`)
        })
      },
    }
  }

  return {
    get folder() {
      return folder
    },
    network() {
      net = makeTwoNamespaces()
      return net
    },
    keep: (child) => void children.push(child),
    async serve({ server }) {
      const args = [`${PROGRAMS}server.mjs`, server.address, '8080']
      const serving = program(server.target.networkNamespace, 'server', args)
      await serving.printed('listening', 1)
      return serving
    },
    askCarelessly({ client, server }) {
      const flags = ['--expose-gc', '--trace-gc', `${PROGRAMS}careless-client.mjs`]
      const url = `http://${server.address}:8080/big`
      return program(client.target.networkNamespace, 'client', [...flags, url])
    },
  }
}

/** Keeps a command from ending: what it waits for has stopped. */
export function holdUp({ pid }: ChildProcess): void {
  process.kill(tcpdumpOf(pid), 'SIGSTOP')
}

/** Names of what the guardian of a process has not removed. */
export function leftBehind({ pid }: ChildProcess): readonly string[] {
  return ['/sys/kernel/tracing/instances', '/run/whyreset']
    .flatMap((path) => readdirSync(path))
    .filter((entry) => entry.split('-').includes(String(pid)))
}
