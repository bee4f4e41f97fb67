import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveTarget, type Target } from '@whyreset/gather'
import { HTTP_CLIENT_4 } from '../needs.ts'
import type { Host } from '../network/host.ts'
import type { Keeper } from '../network/namespace.ts'
import type { Stage } from '../stage.ts'
import { NODE, PROGRAMS, SHARED } from './container-mounts.ts'
import { startContainerProgram } from './container-program.ts'
import { callDocker, importImage, startDockerDaemon } from './docker-daemon.ts'

const IMAGE = 'whyreset-lab'

/**
 * A stage whose hosts are containers, one program in each: of a dockerd that is started for it, in a network namespace
 * of its own. Their root file system is busybox; programs and libraries are this machine's own, mounted read-only.
 */
export async function containerStage(
  stage: Stage,
  { cleanup, guardian }: Keeper,
  recordTargets: (targets: readonly Target[]) => Promise<void>,
): Promise<Stage> {
  const daemon = await startDockerDaemon(guardian, stage.scratch)
  if ('unavailable' in daemon) throw new Error(daemon.unavailable)
  const { socket } = daemon
  cleanup.defer(() => daemon.stop())
  await importImage(socket, { name: IMAGE }, stage.scratch)
  const network = `lab-${randomBytes(3).toString('hex')}`
  const subnet = `10.${stage.random.int(1, 250)}.${stage.random.int(1, 250)}`
  await callDocker(socket, 'POST', '/networks/create', {
    Name: network,
    Driver: 'bridge',
    IPAM: { Config: [{ Subnet: `${subnet}.0/24`, Gateway: `${subnet}.1` }] },
  })
  const hostAt = (role: string, number: number) => containerHost(role, `${subnet}.${number}`)
  const start = (host: Host, command: readonly string[]) => {
    const folder = join(stage.scratch, host.role)
    mkdirSync(folder)
    writeFileSync(join(folder, 'told'), '')
    return startContainerProgram(socket, {
      image: IMAGE,
      network,
      host,
      folder,
      command,
      environment: guardian.environment,
    })
  }
  return {
    ...stage,
    pair: () => Promise.resolve({ client: hostAt('client', 10), server: hostAt('server', 20) }),
    node: (host, file, options, { flags = [] } = {}) =>
      start(host, [NODE, ...flags, `${PROGRAMS}/${file}`, JSON.stringify(options)]),
    java: (host, file, args, { flags = [], httpClient4 = false } = {}) =>
      start(host, [
        'java',
        ...flags,
        ...(httpClient4 ? ['-cp', HTTP_CLIENT_4.join(':')] : []),
        `${PROGRAMS}/${file}`,
        ...args.map(String),
      ]),
    gcLog: () => `${SHARED}/gc.log`,
    async record(...hosts) {
      for (const path of await daemon.mounts()) guardian.guard({ kind: 'mount', path })
      const targets = await Promise.all(hosts.map((host) => find(socket, host.role)))
      await recordTargets(targets)
    },
  }
}

/** As a user would name it; only this dockerd is asked. */
async function find(socket: string, name: string): Promise<Target> {
  const found = await resolveTarget(`docker:${name}`, { sources: { dockerSockets: [socket] } })
  if (!found.ok) throw new Error(found.says)
  return found.target
}

function containerHost(role: string, address: string): Host {
  const no = () => Promise.reject(new Error(`${role} is a container: it has one program`))
  return {
    role,
    namespace: role,
    path: role,
    family: 4,
    address,
    addresses: [address],
    at: (port) => `${address}:${port}`,
    run: no,
    sysctl: no,
    nft: no,
  }
}
