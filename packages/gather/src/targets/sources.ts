import { existsSync, readdirSync } from 'node:fs'

/** Where targets are looked for. Tests bring their own sockets, folders and programs. */
export interface Sources {
  readonly dockerSockets: readonly string[]
  readonly podmanSockets: readonly string[]
  /** Folders of named network namespaces. */
  readonly netnsFolders: readonly string[]
  /** Sockets of container runtimes that speak CRI; the first that is there is asked, unless crictl is configured. */
  readonly criSockets: readonly string[]
  readonly containerdSockets: readonly string[]
  /** Path or name of each program. */
  /** Absent where Podman has never stored anything: asking it would make its folders. */
  readonly podman: string | undefined
  readonly crictl: string
  readonly nerdctl: string
  readonly ctr: string
  readonly systemctl: string
}

export function defaultSources(environment: NodeJS.ProcessEnv = process.env): Sources {
  const own = environment['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`
  // Root sees the engines of other users too.
  const users = [...new Set([own, ...foldersIn('/run/user')])]
  const named = [environment['DOCKER_HOST'], environment['CONTAINER_HOST']].flatMap(
    (host) => /^unix:\/\/(\/.+)$/.exec(host ?? '')?.[1] ?? [],
  )
  // As ctr and nerdctl read it; it comes first.
  const address = /^(?:unix:\/\/)?(\/.+)$/.exec(environment['CONTAINERD_ADDRESS'] ?? '')?.[1]
  const containerds = [...new Set([...(address === undefined ? [] : [address]), ...CONTAINERDS])]
  const configured = environment['CONTAINER_RUNTIME_ENDPOINT'] !== undefined || existsSync('/etc/crictl.yaml')
  // From the environment alone: where nobody's name is known, in a container, os.homedir() and os.userInfo() throw.
  const home = environment['HOME']
  const podmanStores = [
    '/var/lib/containers/storage',
    ...(home === undefined ? [] : [`${home}/.local/share/containers/storage`]),
  ]
  return {
    dockerSockets: [
      ...new Set([...named, '/var/run/docker.sock', ...users.map((user) => `${user}/docker.sock`)]),
    ],
    podmanSockets: ['/run/podman/podman.sock', ...users.map((user) => `${user}/podman/podman.sock`)],
    netnsFolders: ['/run/netns', '/var/run/docker/netns'],
    criSockets: configured ? [] : [...containerds, '/run/crio/crio.sock', '/run/cri-dockerd.sock'],
    containerdSockets: containerds,
    podman: podmanStores.some((folder) => existsSync(folder)) ? 'podman' : undefined,
    crictl: 'crictl',
    nerdctl: 'nerdctl',
    ctr: 'ctr',
    systemctl: 'systemctl',
  }
}

/** containerd's own, and those of K3s and RKE2, k0s and MicroK8s. */
const CONTAINERDS = [
  '/run/containerd/containerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/k0s/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
]

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path).map((name) => `${path}/${name}`)
  } catch {
    return []
  }
}
