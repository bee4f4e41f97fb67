import type { HotloadError } from '../errors.ts'
import type { Source } from '../source/source.ts'
import type { Events } from './events.ts'
import type { About, HostEvents } from './host-events.ts'

/** Tells the provider what became of each version. Never waited for. */
export function reportOutcomes(events: Events<HostEvents>, source: Source, client: string): void {
  const tell = (event: string, { name, version, seq }: About, more = {}) =>
    source.report?.({ client, event, name, version, seq, ...more })
  events.on('activated', (about) => tell('activated', about, { generation: about.generation }))
  events.on('confirmed', (about) => tell('confirmed', about, { generation: about.generation }))
  events.on('rejected', (about) => tell('rejected', about, reasonOf(about)))
  events.on('rolledBack', (about) => tell('rolledBack', about, { ...reasonOf(about), to: about.to }))
}

function reasonOf({ error }: { readonly error: HotloadError }): object {
  return { code: error.code, reason: error.message.slice(0, 1000) }
}
