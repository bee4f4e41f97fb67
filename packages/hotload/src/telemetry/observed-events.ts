import type { Events } from '../host/events.ts'
import type { HostEvents } from '../host/host-events.ts'
import { codeOf, count } from './telemetry.ts'

const DESCRIPTION = 'What happened to versions: activated, confirmed, rejected, rolled back.'

/** Counts what happens to versions, where OpenTelemetry is there. */
export function observeEvents(events: Events<HostEvents>): void {
  events.on('activated', ({ name, version }) => note('activated', name, { 'hotload.version': version }))
  events.on('confirmed', ({ name, version }) => note('confirmed', name, { 'hotload.version': version }))
  events.on('rejected', ({ name, version, error }) =>
    note('rejected', name, { 'hotload.version': version, 'error.type': codeOf(error) }),
  )
  events.on('rolledBack', ({ name, version, error }) =>
    note('rolled_back', name, { 'hotload.version': version, 'error.type': codeOf(error) }),
  )
  events.on('drained', ({ name, cut }) => {
    if (cut > 0)
      count('hotload.cut_calls', 'Calls that outlived the time to drain.', cut, { 'hotload.package': name })
  })
}

function note(event: string, name: string, more: Readonly<Record<string, string>>): void {
  count('hotload.versions', DESCRIPTION, 1, { 'hotload.package': name, 'hotload.event': event, ...more })
}
