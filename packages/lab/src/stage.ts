import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  makeFolder,
  startRecording,
  type Recording,
  type RecordingSummary,
  type Target,
} from '@whyreset/gather'
import { command } from './command.ts'
import { containerStage } from './docker/container-stage.ts'
import { HTTP_CLIENT_4 } from './needs.ts'
import type { Family, Host } from './network/host.ts'
import type { Keeper } from './network/namespace.ts'
import { pairNetwork, routedNetwork, type RoutedNetwork } from './network/network.ts'
import { routeThroughRelay } from './network/relay.ts'
import { startProgram, type Program, type RunningProgram } from './program.ts'
import { findNode } from './node-program.ts'
import { programPath } from './program-files.ts'
import type { Random } from './random.ts'

/** Where a scenario plays: it makes the network, starts the programs, and says when recording begins. */
export interface Stage {
  readonly random: Random
  /** A folder for what the programs need: certificates, configurations. Gone afterwards. */
  readonly scratch: string
  pair(family?: Family): Promise<{ readonly client: Host; readonly server: Host }>
  routed(roles: readonly string[], family?: Family): Promise<RoutedNetwork>
  /** A program of the lab in Node; `options` is its one argument, as JSON. */
  node(host: Host, file: string, options: object, settings?: NodeSettings): Program
  /** A program of the lab in Java, from its single source file. */
  java(host: Host, file: string, args: readonly (string | number)[], settings?: JavaSettings): Program
  /** A program of the lab in Python; `options` is its one argument, as JSON. */
  python(host: Host, file: string, options: object): Program
  /** A program of the system; it tells nothing. */
  system(host: Host, program: string, args: readonly string[]): Program
  /** Makes a router delay, lose or repeat what it forwards; `options` are those of programs/relay.py. */
  relay(router: Host, options: object): Promise<void>
  /** A certificate of its own for a host, made by openssl: paths of the key and of the certificate. */
  certificate(host: Host): Promise<{ readonly key: string; readonly cert: string }>
  /** A path for a garbage-collection log of this host, which the recording takes up. */
  gcLog(host: Host): string
  /**
   * Records these hosts from here on; the first is the one whose program the user would ask for. Programs should be
   * started before, and wait.
   */
  record(...hosts: readonly Host[]): Promise<void>
  /** Waits until the kernel has answered everything, and ends the recording; what is counted is counted after. */
  settle(): Promise<void>
  pause(ms: number): Promise<void>
  /** The same stage in containers of a Docker of its own: `pair`, `node`, `java`, `gcLog` and `record` mean those. */
  inContainers(): Promise<Stage>
}

interface NodeSettings {
  readonly flags?: readonly string[]
  /** Where stdout goes, for --trace-gc. */
  readonly stdoutPath?: string
}

interface JavaSettings {
  readonly flags?: readonly string[]
  /** With Apache HttpClient 4 on the class path. */
  readonly httpClient4?: boolean
}

/** A JVM with little memory of its own: two of them must fit on a small machine, and collections come soon. */
const JAVA_FLAGS = ['-XX:TieredStopAtLevel=1', '-Xshare:auto']
/** After the last word of the programs: what the kernel still answers belongs to the evidence. */
const SETTLE_MS = 700
/** tcpdump and the samplers have started when `startRecording` resolves; programs get a moment of calm before. */
const CALM_MS = 300

export interface StageOptions {
  readonly random: Random
  readonly keeper: Keeper
  /** The evidence folder. */
  readonly directory: string
  readonly scratch: string
}

export interface RunningStage extends Stage {
  /** What became of the recording, once the scenario has ended it. */
  summary(): RecordingSummary | undefined
}

export function createStage({ random, keeper, directory, scratch }: StageOptions): RunningStage {
  const { cleanup } = keeper
  const running = new Map<Host, RunningProgram[]>()
  const gcLogs = new Map<Host, string[]>()
  let recording: Recording | undefined
  let summary: RecordingSummary | undefined
  const logPath = (host: Host) => join(scratch, `${host.role}.log`)
  const keep = (host: Host, program: RunningProgram) => {
    cleanup.defer(async () => void (await program.stop('SIGKILL')))
    running.set(host, [...(running.get(host) ?? []), program])
    return program
  }
  const start = (host: Host, program: string, args: readonly string[], tells: 1 | 3, more: object = {}) =>
    keep(host, startProgram({ host, program, args, logPath: logPath(host), tells, ...more }))

  const targetOf = (host: Host): Target => {
    const main = running.get(host)?.[0]
    return {
      name: host.role,
      kind: 'netns',
      spec: host.namespace,
      ...(main !== undefined && { pid: main.pid, startedAt: main.startedAt.toISOString() }),
      networkNamespace: host.path,
      addresses: host.addresses,
      publishedPorts: [],
      logs: running.has(host) ? [{ kind: 'file', path: logPath(host) }] : [],
      gcLogs: (gcLogs.get(host) ?? []).map((path) => ({ kind: 'file', path })),
    }
  }

  const recordTargets = async (targets: readonly Target[]) => {
    makeFolder(directory)
    const started = await startRecording({ directory, targets, sampleEveryMs: 1000, kernelResets: true })
    recording = started
    cleanup.defer(async () => void (await started.stop()))
    await sleep(CALM_MS)
  }

  const stage: RunningStage = {
    random,
    scratch,
    pair: (family = 4) => pairNetwork(keeper, random, family),
    routed: (roles, family = 4) => routedNetwork(keeper, random, family, roles),
    node: (host, file, options, { flags = [], stdoutPath } = {}) =>
      start(host, findNode() ?? 'node', [...flags, programPath(file), JSON.stringify(options)], 3, {
        ...(stdoutPath !== undefined && { stdoutPath }),
      }),
    java: (host, file, args, { flags = [], httpClient4 = false } = {}) =>
      start(
        host,
        'java',
        [
          ...JAVA_FLAGS,
          ...flags,
          ...(httpClient4 ? ['-cp', HTTP_CLIENT_4.join(':')] : []),
          programPath(file),
          ...args.map(String),
        ],
        1,
      ),
    python: (host, file, options) =>
      start(host, 'python3', ['-u', programPath(file), JSON.stringify(options)], 3),
    system: (host, program, args) => start(host, program, args, 3, { cwd: scratch }),
    async relay(router, options) {
      const relay = start(router, 'python3', [programPath('relay.py'), JSON.stringify(options)], 3)
      await relay.wait('ready')
      await routeThroughRelay(router)
    },
    async certificate(host) {
      const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')]
      const request = [
        ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ['-keyout', key, '-out', cert, '-days', '30', '-subj', '/CN=lab.example'],
        ['-addext', `subjectAltName=IP:${host.address}`],
      ]
      await command('openssl', request.flat())
      return { key, cert }
    },
    gcLog(host) {
      const path = join(scratch, `${host.role}-gc.log`)
      gcLogs.set(host, [...(gcLogs.get(host) ?? []), path])
      return path
    },
    record: (...hosts) => recordTargets(hosts.map(targetOf)),
    async settle() {
      await sleep(SETTLE_MS)
      summary = await recording?.stop()
    },
    pause: (ms) => sleep(ms),
    inContainers: () => containerStage(stage, keeper, recordTargets),
    summary: () => summary,
  }
  return stage
}
