import { readdir, stat, statfs } from 'node:fs/promises'
import { addressesOfNamespace, addressesOfProcess } from './addresses.ts'
import { localtimeOf } from './zone.ts'
import { readProcLink } from './proc.ts'
import { type Resolution, safeName, unresolved } from './resolution.ts'
import { shown } from './run-program.ts'

/** A network namespace by its path: `/run/netns/NAME`, `/proc/PID/ns/net`. */
export async function resolveNamespacePath(path: string, spec: string): Promise<Resolution> {
  const about = await statfs(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable')
  const name = shown(path)
  if (about === 'ENOENT')
    return unresolved(`there is no ${name}: name a network namespace, such as /proc/PID/ns/net`)
  if (about === 'EACCES' || about === 'EPERM') return unresolved(`no right to look at ${name}: run as root`)
  if (typeof about === 'string' || about.type !== NSFS_MAGIC)
    return unresolved(`${name} is no namespace: name one of /run/netns, or /proc/PID/ns/net`)
  const found = await addressesOfNamespace(path)
  if (!found.ok) return unresolved(`${name} could not be entered as a network namespace (${found.says})`)
  return {
    ok: true,
    target: {
      name: safeName(path.replace(/^.*\/netns\//, '').replace(/^\/proc\//, 'pid-')),
      kind: 'netns',
      spec,
      networkNamespace: path,
      addresses: found.addresses,
      publishedPorts: [],
      logs: [],
      gcLogs: [],
    },
  }
}

/** include/uapi/linux/magic.h NSFS_MAGIC. */
const NSFS_MAGIC = 0x6e736673

export interface NamedNamespace {
  readonly name: string
  readonly path: string
}

/** What `ip netns` and Docker have given names. */
export async function namedNamespaces(folders: readonly string[]): Promise<NamedNamespace[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => [])
      return names.map((name) => ({ name, path: `${folder}/${name}` }))
    }),
  )
  return found.flat()
}

/** Without those that an engine made for a container, which nobody would type. */
export function givenNames(namespaces: readonly NamedNamespace[]): string[] {
  return namespaces.map(({ name }) => name).filter((name) => !MADE_BY_ENGINE.test(name))
}

/** CNI's and Podman's `cni-UUID`, `netns-UUID`; Docker's twelve digits and its own `default`. */
const MADE_BY_ENGINE = /^(?:(?:cni|netns)-[0-9a-f]{8}-[0-9a-f-]+|[0-9a-f]{12}|default)$/

/** The host itself: the namespace of its first process, which is not ours inside a container with the host's pids. */
export async function resolveHost(): Promise<Resolution> {
  const canSeeInit = (await stat('/proc/1/ns/net').catch(() => undefined)) !== undefined
  const networkNamespace = canSeeInit ? '/proc/1/ns/net' : '/proc/self/ns/net'
  const root = (await readProcLink(1, 'root')) === undefined ? '/' : '/proc/1/root'
  const zone = await localtimeOf(root)
  return {
    ok: true,
    target: {
      name: 'host',
      kind: 'host',
      spec: 'host',
      networkNamespace,
      addresses: await addressesOfProcess(canSeeInit ? 1 : process.pid),
      publishedPorts: [],
      logs: [],
      gcLogs: [],
      ...(zone !== undefined && { zone }),
    },
  }
}
