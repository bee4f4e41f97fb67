import { z } from 'zod'
import type { Engine, ListedContainer } from './container.ts'
import { dockerDetail } from './docker-detail.ts'
import { getJson } from './engine-api.ts'
import type { Answer } from './run-program.ts'

/** Docker, or Podman through the same API (docs.docker.com/reference/api/engine, podman's `/containers/json`). */
export function socketEngine(kind: 'docker' | 'podman', socket: string): Engine {
  const engine: Engine = {
    kind,
    async list() {
      const answer = await getJson(socket, '/containers/json?all=1')
      if (!answer.ok) return answer
      return listedByDocker(engine, socket, answer.value)
    },
    async inspect(id) {
      const answer = await getJson(socket, `/containers/${encodeURIComponent(id)}/json`)
      return answer.ok ? dockerDetail(socket, answer.value, { socket }) : answer
    },
  }
  return engine
}

/** The rows of `/containers/json`; one of an unknown form is left out. */
export function listedByDocker(
  engine: Engine,
  source: string,
  answer: unknown,
): Answer<readonly ListedContainer[]> {
  const entries = z.array(z.unknown()).safeParse(answer)
  if (!entries.success) return { ok: false, absent: false, says: `${source} answered with no list` }
  return { ok: true, value: entries.data.flatMap((entry) => listed(engine, entry)) }
}

const Text = z.string().max(4096)
const Name = Text.transform((name) => name.replace(/^\//, ''))

const Listed = z.object({
  Id: Text,
  Names: z.array(Name).min(1),
  State: Text,
  Labels: z.record(z.string(), z.unknown()).nullish(),
})

function listed(engine: Engine, entry: unknown): ListedContainer[] {
  const parsed = Listed.safeParse(entry)
  if (!parsed.success) return []
  const { Id, Names, State, Labels } = parsed.data
  // A linked container has `/other/alias` as well; its own name has no slash.
  const name = Names.find((one) => !one.includes('/')) ?? Id.slice(0, SHORT_ID)
  const service = Labels?.['com.docker.compose.service']
  const aliases = typeof service === 'string' ? [service] : []
  return [{ engine, id: Id, name, aliases, running: State === 'running' || State === 'paused' }]
}

const SHORT_ID = 12
