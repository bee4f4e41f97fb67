import { undelta } from '@whyreset/core'
import type { ConnectionCounts, HostSockets } from '@whyreset/core'
import { extremesOf } from '../canvas/bins.ts'
import type { PictureTexts } from '../picture-texts.ts'
import type { Colours } from '../picture.ts'
import { show } from '../../show.ts'
import type { LineRow } from './row.ts'

const MAX_HOSTS = 4
/** Bytes that wait to be read are normal; this many, summed over a host, tell of a reader that does not come. */
const MIN_UNREAD = 16_384

/** How many connections were open in the captures. */
export function openRows(connections: ConnectionCounts | undefined, texts: PictureTexts): LineRow[] {
  if (connections === undefined || connections.open.length === 0) return []
  return [lineRow('open', texts.openConnections, 'open', binTimes(connections), connections.open, false)]
}

/** What the socket tables of each host say of what is not closed, or not read. */
export function hostRows(hosts: readonly HostSockets[], texts: PictureTexts): LineRow[] {
  return hosts.slice(0, MAX_HOSTS).flatMap((host, place) => {
    const who = show(host.who ?? host.addresses[0] ?? '')
    const times = undelta(host.timesNs)
    const rows: LineRow[] = []
    const closeWait = host.states['CLOSE-WAIT']
    if (closeWait !== undefined) {
      rows.push(lineRow(`close-wait-${place}`, texts.closeWait(who), 'close-wait', times, closeWait, true))
    }
    const unread = Array.from(times, (_, sample) =>
      host.groups.reduce((sum, group) => sum + (group.unread[sample] ?? 0), 0),
    )
    if (unread.some((bytes) => bytes >= MIN_UNREAD)) {
      const row = lineRow(`unread-${place}`, texts.unreadInSockets(who), 'stall', times, unread, true)
      rows.push({ ...row, unit: 'bytes' })
    }
    return rows
  })
}

function lineRow(
  id: string,
  label: string,
  colour: keyof Colours,
  times: Float64Array,
  values: readonly number[],
  sampled: boolean,
): LineRow {
  const extremes = extremesOf(Float64Array.from(values))
  return {
    kind: 'line',
    id,
    label,
    colour,
    times,
    extremes,
    greatest: values.reduce((a, b) => Math.max(a, b), 1),
    sampled,
    unit: 'count',
  }
}

function binTimes({
  fromNs,
  binNs,
  open,
}: {
  fromNs: number
  binNs: number
  open: readonly number[]
}): Float64Array {
  return Float64Array.from(open, (_, index) => fromNs + (index + 0.5) * binNs)
}
