import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { Guardian } from '@whyreset/gather'
import { z } from 'zod'

const run = promisify(execFile)

export interface DockerDaemon {
  readonly socket: string
  /** What is mounted for its containers now, innermost first. */
  mounts(): Promise<readonly string[]>
  /** Of the containerd that belongs to it; its namespace is `moby`. */
  readonly containerdSocket: string
  stop(): Promise<void>
}

/**
 * A dockerd of its own, with its own data, socket, containerd and network namespace: nothing of it touches another Docker on this
 * machine or leaves a bridge or a firewall rule. It ends with the process that started it, also after SIGKILL; a guardian then removes
 * its namespace and whatever ran in it; its folder is made `within` one that others remove.
 */
export async function startDockerDaemon(
  guardian?: Guardian,
  within: string = tmpdir(),
): Promise<DockerDaemon | { readonly unavailable: string }> {
  if (process.getuid?.() !== 0) return { unavailable: 'dockerd needs root' }
  for (const program of ['dockerd', 'containerd', 'ip', 'nsenter', 'setpriv', 'tar'])
    if ((await findProgram(program)) === undefined)
      return { unavailable: `${program} is not installed (apt-get install docker.io iproute2 util-linux)` }

  const folder = await mkdtemp(join(within, 'whyreset-docker-'))
  const namespace = `whyreset-${randomBytes(4).toString('hex')}`
  const socket = join(folder, 'docker.sock')
  const thing = { kind: 'network-namespace', name: namespace } as const
  guardian?.guard({ kind: 'marked-processes' })
  guardian?.guard(thing)
  try {
    await run('ip', ['netns', 'add', namespace])
    await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    return { unavailable: `no network namespace could be made for dockerd: ${lastLine(String(error))}` }
  }
  const settings = {
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    hosts: [`unix://${socket}`],
    pidfile: join(folder, 'pid'),
    'storage-driver': 'vfs',
  }
  await writeFile(join(folder, 'daemon.json'), JSON.stringify(settings))
  const command = [
    'nsenter',
    `--net=/run/netns/${namespace}`,
    'dockerd',
    '--config-file',
    join(folder, 'daemon.json'),
  ]
  const daemon = spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...guardian?.environment },
  })
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()))
  let last = 'it said nothing'
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: daemon.stderr }).on('line', (line) => {
      last = line
      if (line.includes('API listen on')) resolve(true)
    })
    void ended.then(() => resolve(false))
    daemon.once('error', () => resolve(false))
  })
  const stop = async (): Promise<void> => {
    for (const id of await containerIds(socket))
      await callDocker(socket, 'DELETE', `/containers/${id}?force=1`).catch(() => undefined)
    daemon.kill('SIGTERM')
    await ended
    for (const mount of await mountsUnder(folder))
      await run('umount', ['--lazy', mount]).catch(() => undefined)
    await run('ip', ['netns', 'delete', namespace]).catch(() => undefined)
    guardian?.release(thing)
    await rm(folder, { recursive: true, force: true })
  }
  const mounts = () => mountsUnder(folder)
  if (await ready)
    return { socket, containerdSocket: join(folder, 'exec/containerd/containerd.sock'), mounts, stop }
  await stop()
  return { unavailable: `dockerd does not run here: ${last}` }
}

export interface Image {
  readonly name: string
  /** Programs of this machine, by name or path, that come along with the libraries they need. Busybox always does. */
  readonly programs?: readonly string[]
  /** Path inside the image → content. */
  readonly files?: Readonly<Record<string, string>>
}

/** Makes an image out of this machine's own programs: no registry is asked. */
export async function importImage(socket: string, image: Image, within: string = tmpdir()): Promise<void> {
  const folder = await mkdtemp(join(within, 'whyreset-image-'))
  try {
    await packImage(image, join(folder, 'image.tar'))
    const path = `/images/create?fromSrc=-&repo=${encodeURIComponent(image.name)}&tag=latest`
    await callDocker(socket, 'POST', path, createReadStream(join(folder, 'image.tar')))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes the image's file tree as a tar file, which `docker import` and `podman import` take. */
export async function packImage({ programs = [], files = {} }: Image, archive: string): Promise<void> {
  const root = await mkdtemp(join(dirname(archive), 'whyreset-image-'))
  try {
    for (const folder of ['bin', 'tmp', 'proc', 'sys', 'dev', 'etc', 'var/log', 'usr/bin', 'root'])
      await mkdir(join(root, folder), { recursive: true })
    await copyProgram(root, await mustFind('busybox'), '/bin/busybox')
    const { stdout } = await run('busybox', ['--list'])
    for (const applet of stdout.split('\n').filter((one) => /^[\w[-]+$/.test(one) && one !== 'busybox'))
      await symlink('busybox', join(root, 'bin', applet))
    for (const program of programs) {
      const path = await mustFind(program)
      await copyProgram(root, path, `/usr/bin/${basename(path)}`)
    }
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
    }
    await run('tar', ['-C', root, '-c', '-f', archive, '.'])
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function mustFind(program: string): Promise<string> {
  const path = await findProgram(program)
  if (path === undefined) throw new Error(`${program} is not installed (apt-get install ${program})`)
  return path
}

export interface NewContainer {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  /** `/host:/inside:ro`. */
  readonly binds?: readonly string[]
  /** Port inside → port outside, TCP. */
  readonly ports?: Readonly<Record<number, number>>
}

/** Creates and starts a container; answers with its id. */
export async function startContainer(socket: string, container: NewContainer): Promise<string> {
  const { name, image, command, environment = {}, labels = {}, binds = [], ports = {} } = container
  const created = await callDocker(socket, 'POST', `/containers/create?name=${encodeURIComponent(name)}`, {
    Image: image,
    Cmd: command,
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: labels,
    ExposedPorts: Object.fromEntries(Object.keys(ports).map((port) => [`${port}/tcp`, {}])),
    HostConfig: {
      Binds: binds,
      PortBindings: Object.fromEntries(
        Object.entries(ports).map(([inside, host]) => [`${inside}/tcp`, [{ HostPort: String(host) }]]),
      ),
    },
  })
  const { Id } = Identified.parse(JSON.parse(created))
  await callDocker(socket, 'POST', `/containers/${Id}/start`)
  return Id
}

/** One request to the API; the body is JSON or a stream. Answers with the body, throws for a status of 400 and more. */
export function callDocker(socketPath: string, method: string, path: string, body?: object): Promise<string> {
  const isStream = body instanceof Readable
  const headers = { 'content-type': isStream ? 'application/x-tar' : 'application/json' }
  return new Promise((resolve, reject) => {
    const query = request({ socketPath, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 400 && !text.includes('"errorDetail"')) resolve(text)
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.trim()}`))
      })
    })
    query.on('error', reject)
    if (body instanceof Readable) body.pipe(query)
    else query.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const Identified = z.object({ Id: z.string() })

async function containerIds(socket: string): Promise<string[]> {
  const list = await callDocker(socket, 'GET', '/containers/json?all=1').catch(() => '[]')
  return z
    .array(Identified)
    .parse(JSON.parse(list))
    .map(({ Id }) => Id)
}

/** Innermost first, as they must be unmounted. */
async function mountsUnder(folder: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  const points = table.split('\n').flatMap((line) => line.split(' ')[4] ?? [])
  return points.filter((point) => point.startsWith(`${folder}/`)).toReversed()
}

async function findProgram(name: string): Promise<string | undefined> {
  const folders = name.includes('/')
    ? ['']
    : `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter)
  for (const folder of folders) {
    const found = await realpath(join(folder, name)).catch(() => undefined)
    if (found !== undefined) return join(folder, name)
  }
  return undefined
}

/** A program and the libraries that `ldd` names, at the paths where its loader looks for them. */
async function copyProgram(root: string, path: string, inside: string): Promise<void> {
  await cp(await realpath(path), join(root, inside))
  const { stdout } = await run('ldd', [path]).catch(() => ({ stdout: '' }))
  for (const [library] of stdout.matchAll(/\/\S+(?= \(0x)/g)) {
    await mkdir(dirname(join(root, library)), { recursive: true })
    await cp(await realpath(library), join(root, library))
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
