import { userInfo } from 'node:os'

/** Where targets are looked for. Tests bring their own sockets, folders and programs. */
export interface Sources {
  readonly dockerSockets: readonly string[]
  readonly podmanSockets: readonly string[]
  /** Folders of named network namespaces. */
  readonly netnsFolders: readonly string[]
  /** Path or name of each program, with arguments that come before every other. */
  readonly crictl: readonly [string, ...string[]]
  readonly nerdctl: readonly [string, ...string[]]
  readonly ctr: readonly [string, ...string[]]
  readonly systemctl: readonly [string, ...string[]]
}

export function defaultSources(environment: NodeJS.ProcessEnv = process.env): Sources {
  const own = environment['XDG_RUNTIME_DIR'] ?? `/run/user/${userInfo().uid}`
  const named = [environment['DOCKER_HOST'], environment['CONTAINER_HOST']].flatMap(
    (host) => /^unix:\/\/(\/.+)$/.exec(host ?? '')?.[1] ?? [],
  )
  return {
    dockerSockets: [...new Set([...named, '/var/run/docker.sock', `${own}/docker.sock`])],
    podmanSockets: [...new Set(['/run/podman/podman.sock', `${own}/podman/podman.sock`])],
    netnsFolders: ['/run/netns', '/var/run/docker/netns'],
    crictl: ['crictl'],
    nerdctl: ['nerdctl'],
    ctr: ['ctr'],
    systemctl: ['systemctl'],
  }
}
