import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { packImage } from '../../../lab/src/docker/docker-daemon.ts'
import { callCri, mapOf, type Message } from './cri-client.ts'

const run = promisify(execFile)

export interface OwnContainerd {
  readonly socket: string
  /** Its own client, `ctr`. */
  ctr(...args: readonly string[]): Promise<string>
  /** Its other client, where one is installed; the network `box` and its folders are its own. */
  readonly nerdctl: (...args: readonly string[]) => Promise<string>
  /** What `NERDCTL_TOML` has to say where whyreset asks nerdctl. */
  readonly nerdctlSettings: string
  /** `ctr run`, detached, of the image of this machine's programs. */
  run(namespace: string, id: string, command: readonly string[], environment?: string): Promise<void>
  /** Makes a pod as a kubelet does, through the CRI socket; gives the ids of its containers. */
  runPod(pod: NewPod): Promise<readonly string[]>
  logOf(pod: NewPod, container: string): string
  stop(): Promise<void>
}

interface NewPod {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  /** Inside → on the host. */
  readonly ports?: Readonly<Record<number, number>>
  /** Name → command. */
  readonly containers: Readonly<Record<string, readonly string[]>>
}

export const BOX = 'localhost/whyreset-box:1'
const CNI_PROGRAMS = '/usr/lib/cni'

/**
 * A containerd of its own with its CRI plugin: own folders, own socket, own network namespace. Its one image is made of this
 * machine's programs and is the pause of pods too, as nothing can be pulled.
 */
export async function startContainerd(
  programs: readonly string[] = [],
): Promise<OwnContainerd | { readonly unavailable: string }> {
  if (process.getuid?.() !== 0) return { unavailable: 'containerd needs root' }
  for (const program of ['containerd', 'ctr', 'runc', 'ip', 'nsenter', 'setpriv', 'busybox'])
    if (!isInstalled(program))
      return {
        unavailable: `${program} is not installed (apt-get install containerd iproute2 busybox-static)`,
      }
  if (!existsSync(join(CNI_PROGRAMS, 'bridge')))
    return { unavailable: 'no CNI plugins (apt-get install containernetworking-plugins)' }

  const folder = await mkdtemp(join(tmpdir(), 'whyreset-containerd-'))
  const netns = `whyreset-${randomBytes(4).toString('hex')}`
  const socket = join(folder, 'containerd.sock')
  await configure(folder, socket)
  await run('ip', ['netns', 'add', netns])
  await run('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
  const inside = [`--net=/run/netns/${netns}`, 'containerd', '-c', join(folder, 'config.toml')]
  const daemon = spawn('setpriv', ['--pdeathsig', 'TERM', 'nsenter', ...inside], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()))
  let last = 'it said nothing'
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: daemon.stderr }).on('line', (line) => {
      last = line
      if (line.includes('successfully booted')) resolve(true)
    })
    void ended.then(() => resolve(false))
    daemon.once('error', () => resolve(false))
  })
  const ctr = async (...args: readonly string[]): Promise<string> =>
    (await run('ctr', ['--address', socket, ...args])).stdout
  const nerdctlSettings = join(folder, 'nerdctl.toml')
  const nerdctl = async (...args: readonly string[]): Promise<string> => {
    const command = ['nerdctl', '--address', socket, ...args]
    const env = { ...process.env, NERDCTL_TOML: nerdctlSettings }
    return (await run('nsenter', [`--net=/run/netns/${netns}`, ...command], { env })).stdout.trim()
  }
  const pods: string[] = []

  async function runContainer(
    namespace: string,
    id: string,
    command: readonly string[],
    environment = 'LC_ALL=C',
  ): Promise<void> {
    // Without a root of its own, runc knows the containers of every containerd on this machine by their ids.
    const options = ['--detach', '--snapshotter', 'native', '--runc-root', join(folder, 'runc')]
    await ctr('--namespace', namespace, 'run', ...options, '--env', environment, BOX, id, ...command)
  }

  async function runPod(pod: NewPod): Promise<readonly string[]> {
    const sandbox = podConfig(folder, pod)
    const podId = await callCri(socket, 'RunPodSandbox', { 1: sandbox })
    pods.push(podId)
    const ids: string[] = []
    for (const [name, command] of Object.entries(pod.containers)) {
      const config = containerConfig(pod, name, command)
      const id = await callCri(socket, 'CreateContainer', { 1: podId, 2: config, 3: sandbox })
      await callCri(socket, 'StartContainer', { 1: id })
      ids.push(id)
    }
    return ids
  }

  async function stop(): Promise<void> {
    for (const pod of pods) await callCri(socket, 'StopPodSandbox', { 1: pod }).catch(() => undefined)
    const namespaces = await ctr('namespaces', 'ls', '-q').catch(() => '')
    for (const namespace of namespaces.split('\n').filter((one) => one !== '')) {
      // What nerdctl keeps outside of its folders, it alone removes: reserved ports, addresses that CNI gave away.
      const made = isInstalled('nerdctl')
        ? await nerdctl('-n', namespace, 'ps', '-aq', '--filter', 'label=nerdctl/name').catch(() => '')
        : ''
      for (const id of made.split('\n').filter((one) => one !== ''))
        await nerdctl('-n', namespace, 'rm', '--force', id).catch(() => undefined)
      const ids = await ctr('--namespace', namespace, 'tasks', 'ls', '-q').catch(() => '')
      for (const id of ids.split('\n').filter((one) => one !== ''))
        await ctr('--namespace', namespace, 'tasks', 'rm', '--force', id).catch(() => undefined)
    }
    daemon.kill('SIGTERM')
    await ended
    const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1])
    for (const mount of mounts.toReversed())
      if (mount?.startsWith(`${folder}/`) === true)
        await run('umount', ['--lazy', mount]).catch(() => undefined)
    await run('ip', ['netns', 'delete', netns]).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }

  try {
    if (!(await ready)) throw new Error(last)
    await writeImage(folder, programs)
    for (const namespace of ['default', 'k8s.io', 'shop'])
      await ctr('-n', namespace, 'images', 'import', '--snapshotter', 'native', join(folder, 'image.tar'))
  } catch (error) {
    await stop()
    return {
      unavailable: `containerd does not run here: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
  const logOf = (pod: NewPod, container: string): string => join(logFolder(folder, pod), container, '0.log')
  return { socket, ctr, nerdctl, nerdctlSettings, run: runContainer, runPod, logOf, stop }
}

export function isInstalled(program: string): boolean {
  const { PATH = '' } = process.env
  return PATH.split(':').some((place) => existsSync(join(place, program)))
}

async function configure(folder: string, socket: string): Promise<void> {
  const cni = join(folder, 'cni')
  await writeNetwork(folder, 'cni', 'pods', '10.244.7.0/24', [])
  const portmap = { type: 'portmap', capabilities: { portMappings: true } }
  await writeNetwork(folder, 'nerdctl-cni', 'box', '10.244.8.0/24', [portmap])
  const nerdctl = {
    data_root: join(folder, 'nerdctl'),
    cni_path: CNI_PROGRAMS,
    cni_netconfpath: join(folder, 'nerdctl-cni'),
    snapshotter: 'native',
    cgroup_manager: 'cgroupfs',
  }
  const lines = Object.entries(nerdctl).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
  await writeFile(join(folder, 'nerdctl.toml'), lines.join(''))
  // A machine may forbid what containerd asks of a pause: to be killed last.
  const settings = `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${BOX}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_PROGRAMS}"
    conf_dir = "${cni}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
`
  await writeFile(join(folder, 'config.toml'), settings)
}

/** A CNI network of one bridge, whose addresses are remembered in the folder. */
async function writeNetwork(
  folder: string,
  place: string,
  name: string,
  subnet: string,
  more: readonly object[],
): Promise<void> {
  const ipam = { type: 'host-local', ranges: [[{ subnet }]], dataDir: join(folder, 'ipam') }
  const plugins = [{ type: 'bridge', bridge: `cni-${name}`, isGateway: true, ipam }, ...more]
  const list = { cniVersion: '0.4.0', name, plugins }
  await mkdir(join(folder, place))
  await writeFile(join(folder, place, `10-${name}.conflist`), JSON.stringify(list))
}

/** An OCI image layout (opencontainers/image-spec `image-layout.md`) of one layer, as a tar file. */
async function writeImage(folder: string, programs: readonly string[]): Promise<void> {
  const layout = join(folder, 'image')
  const blobs = join(layout, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  await packImage({ name: 'box', programs }, join(folder, 'layer.tar'))
  const layer = await readFile(join(folder, 'layer.tar'))
  await rename(join(folder, 'layer.tar'), join(blobs, sha256(layer)))
  const put = async (mediaType: string, content: object): Promise<object> => {
    const bytes = Buffer.from(JSON.stringify(content))
    await writeFile(join(blobs, sha256(bytes)), bytes)
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length }
  }
  const digest = `sha256:${sha256(layer)}`
  const config = await put('application/vnd.oci.image.config.v1+json', {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Cmd: ['sleep', '1000'], Env: ['PATH=/bin:/usr/bin'] },
    rootfs: { type: 'layers', diff_ids: [digest] },
  })
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: layer.length }]
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = await put(mediaType, { schemaVersion: 2, mediaType, config, layers })
  const annotations = { 'io.containerd.image.name': BOX }
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] }
  await writeFile(join(layout, 'index.json'), JSON.stringify(index))
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await run('tar', ['-C', layout, '-cf', join(folder, 'image.tar'), '.'])
  await rm(layout, { recursive: true })
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** As the kubelet names it below /var/log/pods. */
function logFolder(folder: string, { name, namespace, uid }: NewPod): string {
  return join(folder, 'pods', `${namespace}_${name}_${uid}`)
}

/** `PodSandboxConfig` of cri-api. */
function podConfig(folder: string, pod: NewPod): Message {
  const { name, namespace, uid, ports = {} } = pod
  return {
    1: { 1: name, 2: uid, 3: namespace },
    2: name,
    3: logFolder(folder, pod),
    5: Object.entries(ports).map(([inside, host]) => ({ 2: Number(inside), 3: host })),
    6: mapOf({ 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace }),
  }
}

/** `ContainerConfig` of cri-api. */
function containerConfig(pod: NewPod, name: string, command: readonly string[]): Message {
  const labels = {
    'io.kubernetes.container.name': name,
    'io.kubernetes.pod.name': pod.name,
    'io.kubernetes.pod.namespace': pod.namespace,
  }
  return { 1: { 1: name }, 2: { 1: BOX }, 3: [...command], 9: mapOf(labels), 11: `${name}/0.log`, 15: {} }
}
