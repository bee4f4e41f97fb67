import { duration } from '@whyreset/core'
import { cleanText } from '@whyreset/report/escape'
import type { WatchEvent } from '@whyreset/report/event-schema'

/** One line for people, safe for a terminal: `TIME severity cause who reset how many (confidence)  evidence: DIR`. */
export function watchLine(event: WatchEvent): string {
  return cleanText(`${event.time.replace(/\.\d+Z$/, 'Z')} ${words(event)}`)
}

function words(event: WatchEvent): string {
  switch (event.event) {
    case 'finding':
      return `${event.severity} ${event.cause} ${who(event)} (${Math.round(event.confidence * 100)} %)  evidence: ${event.evidence}`
    case 'warning':
      return `warning ${event.kind} ${event.says.text}  evidence: ${event.evidence}`
    case 'unexplained':
      return `error unexplained ${count(event.resets, 'reset')}: ${event.because}  evidence: ${event.evidence}`
    case 'attached':
      return `info ${event.again ? 'attached again to' : 'watching'} ${event.target}${about(event)}`
    case 'lost':
      return `warning lost ${event.target}: ${event.says}`
    case 'missing':
      return `warning without ${event.what}: ${event.because}; ${event.without}`
    case 'dropped':
      return `warning dropped ${count(event.packets, 'packet')} unseen: the machine is too busy, or --port and --peer would help`
    case 'missed':
      return `warning missed ${count(event.resets, 'reset')}, counted and not explained: ${event.because}`
    case 'stopped': {
      const { packets, connections, resets, droppedPackets, unexplainedResets, seconds, ownCpuSeconds } =
        event
      const missed = unexplainedResets === 0 ? '' : `, ${count(unexplainedResets, 'reset')} not explained`
      const seen = [count(packets, 'packet'), count(connections, 'connection'), count(resets, 'reset')]
      const load = seconds === 0 ? 0 : (ownCpuSeconds / seconds) * 100
      return `info ended after ${duration(seconds * 1000)}: ${seen.join(', ')}, ${droppedPackets.toLocaleString('en-US')} dropped${missed}; own load ${load.toFixed(1)} % of a processor`
    }
  }
}

type FindingEvent = Extract<WatchEvent, { event: 'finding' }>

function who({ cause, resetBy, client, server, connections }: FindingEvent): string {
  const many = count(connections, 'connection')
  if (cause === 'connection-refused') return `${server} refused ${many} of ${client}`
  switch (resetBy) {
    case 'client':
      return `${client} reset ${many} to ${server}`
    case 'server':
      return `${server} reset ${many} of ${client}`
    case 'middlebox':
      return `a device between them reset ${many} of ${client} to ${server}`
    case 'unknown':
    case 'none':
      return `${many} of ${client} to ${server}`
  }
}

function about({ pid, addresses }: Extract<WatchEvent, { event: 'attached' }>): string {
  const known = [...(pid === undefined ? [] : [`pid ${pid}`]), ...addresses.slice(0, 2)]
  return known.length === 0 ? '' : ` (${known.join(', ')})`
}

function count(number: number, one: string): string {
  return `${number.toLocaleString('en-US')} ${one}${number === 1 ? '' : 's'}`
}
