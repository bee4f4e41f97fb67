import type { CauseId } from '../diagnosis.ts'
import type { StatementValues } from './catalogue.ts'
import { grouped, n } from './en-numbers.ts'

/** What a cause did, in one sentence. */
export const STATEMENTS: { readonly [K in CauseId as `statement-${K}`]: (v: StatementValues) => string } = {
  'statement-garbage-collected': (v) =>
    `${who(v)}: ${v.byServer ? 'a garbage collector closed them with data unread' : 'its garbage collector closed them with the responses unread'}.`,
  'statement-unread-data': (v) => `${who(v)}: it closed them with received data still unread.`,
  'statement-request-unread': (v) => `${who(v)}: it answered and closed without reading the whole request.`,
  'statement-caller-gave-up': (v) =>
    `${who(v)}: it gave up waiting and closed before the response was complete.`,
  'statement-process-exit': (v) => `${who(v)}: its process ended, and all its connections with it.`,
  'statement-listener-closed': (v) => `${who(v)}: it stopped listening before it had accepted them.`,
  'statement-tls-failure': (v) => `${who(v)}: the TLS handshake failed.`,
  'statement-abortive-close': (v) => `${who(v)} on purpose: closed at once, with nothing unread.`,
  'statement-idle-timeout-reset': (v) =>
    `${who(v)}: its own timeout ended slow or idle connections with a reset.`,
  'statement-keep-alive-race': (v) => `${who(v)}: it had closed them as idle when the next request arrived.`,
  'statement-data-after-close': (v) => `${who(v)}: it had closed them, and the other side went on sending.`,
  'statement-half-open': (v) => `${who(v)}: it no longer knew the connections, as after a restart.`,
  'statement-port-reuse': (v) =>
    `${who(v)}: the ports were reused while the other side still held an old connection.`,
  'statement-connection-refused': (v) =>
    `${v.server} refused ${v.atLeast ? 'at least ' : ''}${n(v.count, 'connection')} from ${v.client}: nothing listens there.`,
  'statement-accept-queue-overflow': (v) => `${who(v)}: its accept queue was full.`,
  'statement-keepalive-timeout': (v) => `${who(v)}: its keepalive probes stayed unanswered.`,
  'statement-retransmission-timeout': (v) =>
    `${who(v)}: its data had stayed unacknowledged until it gave up.`,
  'statement-middlebox-idle-timeout': (v) =>
    `A device between ${v.client} and ${v.server} forgot ${some(v)} while idle and reset them.`,
  'statement-policy-reject': (v) =>
    `A firewall or policy rejected ${some(v)} from ${v.client} to ${v.server} with a reset.`,
  'statement-injected-reset': (v) =>
    `A device between ${v.client} and ${v.server} forged resets on ${some(v)}.`,
  'statement-nat-state-lost': (v) =>
    `A NAT or load balancer lost track of ${some(v)} from ${v.client} to ${v.server}: a host that did not know them reset them.`,
  'statement-health-probe': (v) =>
    `${n(v.count, 'health probe')} of ${v.server} by ${v.client}: opened and reset without data.`,
  'statement-port-scan': (v) =>
    `${v.client} scanned ports (${v.server}): ${n(v.count, 'connection')} without data.`,
  'statement-late-reset': (v) =>
    `${n(v.count, 'late reset')} between ${v.client} and ${v.server}: both sides had finished.`,
  'statement-ignored-reset': (v) =>
    `${n(v.count, 'reset')} between ${v.client} and ${v.server} had no effect: the connections lived on.`,
  'statement-no-reset-on-wire': (v) =>
    `The log reports ${n(v.count, 'reset')}${v.server === 'unknown' ? '' : ` for ${v.server}`}, but the capture shows none.`,
  'statement-unknown': (v) => `${who(v)}; the evidence does not decide why.`,
}

/** “10.0.0.1 reset 3 of 10 connections to 10.0.0.2:80”. */
function who(v: StatementValues, by: 'client' | 'server' | 'sender' = 'sender'): string {
  const isServer = by === 'sender' ? v.byServer : by === 'server'
  const client = by === 'sender' ? v.by : v.client
  return isServer
    ? `${v.server} reset ${some(v)} from ${v.client}`
    : `${client} reset ${some(v)} to ${v.server}`
}

function some(v: StatementValues): string {
  const least = v.atLeast ? 'at least ' : ''
  return v.total > v.count
    ? `${least}${grouped(v.count)} of ${n(v.total, 'connection')}`
    : `${least}${n(v.count, 'connection')}`
}
