import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveTarget, type Sources } from '../../src/index.ts'

/** A machine with no engine, no systemd and no named namespace. */
const NOTHING: Sources = {
  dockerSockets: ['/no/docker.sock'],
  podmanSockets: ['/no/podman.sock'],
  podman: undefined,
  netnsFolders: [],
  criSockets: ['/no/crio.sock'],
  containerdSockets: ['/no/containerd.sock'],
  crictl: 'no-crictl-here',
  nerdctl: 'no-nerdctl-here',
  ctr: 'no-ctr-here',
  systemctl: 'no-systemctl-here',
}
const ELSE = 'type a pid (pid:1234, see ps -e), a unit (NAME.service), /proc/PID/ns/net, or host'
const NO_RUNTIME =
  'no container runtime is here: no socket of containerd, CRI-O or cri-dockerd (CONTAINER_RUNTIME_ENDPOINT=unix:///PATH names one)'
/** Beyond the greatest that Linux gives (include/linux/threads.h PID_MAX_LIMIT). */
const NO_PID = 4_194_305

describe('where nothing is, what was typed in vain is answered with what is not here and what to type', () => {
  it.each([
    ['web', `no container, namespace or unit is called 'web'; no container engine is here; ${ELSE}`],
    [
      'docker:web',
      `no docker container is called 'web'; Docker is not here (DOCKER_HOST=unix:///PATH names its socket); ${ELSE}`,
    ],
    [
      'podman:web',
      `no podman container is called 'web'; Podman is not here (CONTAINER_HOST=unix:///PATH names its socket); ${ELSE}`,
    ],
    ['cri:web', `no cri container is called 'web'; ${NO_RUNTIME}; ${ELSE}`],
    [
      'containerd:web',
      `no containerd container is called 'web'; containerd is not here (CONTAINERD_ADDRESS=/PATH names its socket); ${ELSE}`,
    ],
    [
      'pod/web',
      `pod/web cannot be looked for, as ${NO_RUNTIME}; or name a process of it on its node (pid:1234)`,
    ],
    ['pod/Web', `'pod/Web' cannot be a pod: type pod/NAME or pod/NAMESPACE/NAME, in small letters`],
    [
      'web.service',
      'systemd cannot be asked for web.service (it is not here): name its process (pid:1234, see ps -e)',
    ],
    [
      String(NO_PID),
      `there is no process ${NO_PID} (see ps -e), and no container's id begins so: name one that runs`,
    ],
    [`pid:${NO_PID}`, `there is no process ${NO_PID}: name one that runs (ps -e), or a container`],
    ['netns:web', `no network namespace is called 'web'; ${ELSE}`],
    ['/run/netns/no', 'there is no /run/netns/no: name a network namespace, such as /proc/PID/ns/net'],
    ['docker:', `'docker:' names nothing: type docker:NAME`],
  ])('%s', async (spec, says) => {
    expect(await resolveTarget(spec, { sources: NOTHING })).toEqual({ ok: false, says, candidates: [] })
  })
})

describe('in a folder of its own', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whyreset-unknown-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('a containerd that no client is here for is not said to be missing', async () => {
    const socket = join(folder, 'containerd.sock')
    await writeFile(socket, '')
    const sources = { ...NOTHING, containerdSockets: [socket] }
    const [bare, containerd, pod] = await Promise.all(
      ['web', 'containerd:web', 'pod/web'].map((spec) => resolveTarget(spec, { sources })),
    )
    expect(bare).toMatchObject({ says: expect.stringContaining('crictl and ctr are not here: install one') })
    expect(containerd).toMatchObject({ says: expect.stringContaining('ctr and nerdctl are not here') })
    expect(pod).toMatchObject({ says: expect.stringContaining('crictl and ctr are not here: install one') })
  })

  it('a process that goes by the name is offered by its pid', async () => {
    const name = 'wr-odd-name'
    await symlink('/bin/sleep', join(folder, name))
    const child = spawn(join(folder, name), ['1000'])
    try {
      await once(child, 'spawn')
      const found = await resolveTarget(name, { sources: NOTHING })
      expect(found).toEqual({
        ok: false,
        says: `no container, namespace or unit is called '${name}'; no container engine is here; processes called so: pid:${child.pid}`,
        candidates: [`pid:${child.pid}`],
      })
    } finally {
      child.kill('SIGKILL')
    }
  })
})
