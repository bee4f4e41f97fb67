import { z } from 'zod'
import type { LogSource } from '../target.ts'
import type { Engine } from './container.ts'
import { dockerDetail } from './docker-detail.ts'
import { type Answer, runForJson } from './run-program.ts'
import { listedByDocker } from './socket-engine.ts'

/**
 * Podman without its API service, which most hosts do not run: `podman ps` and `podman inspect` answer with the fields of
 * the API. Where the service runs, it is asked instead, for its logs can be followed.
 */
export function podmanEngine(services: readonly Engine[], program: string | undefined): Engine {
  let chosen: Engine | undefined
  const engine: Engine = {
    kind: 'podman',
    async list() {
      for (const service of services) {
        const answer = await service.list()
        chosen = service
        if (answer.ok || !answer.absent) return answer
      }
      chosen = undefined
      if (program === undefined) return ABSENT
      const answer = await runForJson(program, ['ps', '--all', '--no-trunc', '--format', 'json'])
      return answer.ok ? listedByDocker(engine, program, answer.value) : answer
    },
    async inspect(id) {
      if (chosen !== undefined) return chosen.inspect(id)
      return program === undefined ? ABSENT : inspectByProgram(program, id)
    },
  }
  return engine
}

const ABSENT = { ok: false, absent: true, says: 'podman is not here' } as const

const LogConfig = z.object({ Type: z.string(), Path: z.string() })

async function inspectByProgram(program: string, id: string): ReturnType<Engine['inspect']> {
  const answer: Answer<unknown> = await runForJson(program, ['inspect', '--type', 'container', id])
  if (!answer.ok) return answer
  const [first] = z.array(z.unknown()).safeParse(answer.value).data ?? []
  const about = z.object({ HostConfig: z.object({ LogConfig }) }).safeParse(first).data?.HostConfig.LogConfig
  // `json-file` is another name that Podman takes for its own format, which is CRI's.
  const isCri =
    about !== undefined && /^(?:k8s-file|json-file)$/.test(about.Type) && about.Path.startsWith('/')
  const files: LogSource[] = isCri ? [{ kind: 'cri', path: about.Path }] : []
  return dockerDetail(program, first, { files })
}
