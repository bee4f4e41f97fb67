import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../network/host.ts'
import type { Program } from '../program.ts'
import { createTellings } from '../tellings.ts'
import { containerMounts, SHARED } from './container-mounts.ts'
import { callDocker } from './docker-daemon.ts'

export interface ContainerProgram {
  readonly image: string
  readonly network: string
  /** Its role is the container's name. */
  readonly host: Host
  /** Shared with the program: what it tells is in `told`, what it is told in `said`. */
  readonly folder: string
  readonly command: readonly string[]
  /** By which a guardian finds it. */
  readonly environment: Readonly<Record<string, string>>
}

const LOOK_MS = 25

/** Runs a program as the main process of a container. It may still be starting when this returns. */
export function startContainerProgram(socket: string, options: ContainerProgram): Program {
  const { image, network, host, folder, command } = options
  const environment = { ...options.environment, WHYRESET_LAB: SHARED, PATH: '/usr/bin:/bin' }
  const tellings = createTellings(`container ${host.role}`)
  const call = (method: string, path: string, body?: object) =>
    callDocker(socket, method, `/containers/${path}`, body)

  const run = async () => {
    await call('POST', `create?name=${host.role}`, {
      Image: image,
      Cmd: command,
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      HostConfig: {
        NetworkMode: network,
        Binds: [...containerMounts().map(([from, to]) => `${from}:${to}:ro`), `${folder}:${SHARED}`],
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: host.address } } } },
    })
    await call('POST', `${host.role}/start`)
    // Answers when it has ended.
    await call('POST', `${host.role}/wait`)
  }
  const stopReading = readLines(join(folder, 'told'), (line) => tellings.take(line))
  const ended = run()
    .then(
      () => 0,
      (error: unknown) => {
        tellings.take(JSON.stringify({ event: 'docker', says: String(error) }))
        return 1
      },
    )
    .then((status) => {
      stopReading()
      tellings.end(status)
      return status
    })
  return {
    told: (event) => tellings.told(event),
    wait: (event) => tellings.wait(event),
    say: (word) => writeFileSync(join(folder, 'said'), word),
    async stop(signal = 'SIGTERM') {
      await call('POST', `${host.role}/kill?signal=${signal}`)
      return ended
    },
  }
}

/** Calls for each whole line of a file that grows, until the returned function is called. */
function readLines(path: string, take: (line: string) => void): () => void {
  let seen = 0
  const look = () => {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    for (const line of lines.slice(seen)) take(line)
    seen = lines.length
  }
  const timer = setInterval(look, LOOK_MS)
  return () => {
    clearInterval(timer)
    look()
  }
}
