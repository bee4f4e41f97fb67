import type { Facts } from '../derive/facts.ts'
import type { ResetFacts, Role } from '../derive/reset-facts.ts'
import type { Finding, Party } from '../diagnosis.ts'

const WORDS = [
  'reset',
  'broken-pipe',
  'hang-up',
  'refused',
  'timed-out',
  'gave-up',
  'early-close',
  'proxy-error',
  'tls',
] as const
/** Threads of a JVM, which the trace names instead of the program. */
const THREADS =
  /^(?:Finalizer|Common-Cleaner|Cleaner-\d|Reference Handl|VM Thread|GC Thread|G1 |C[12] Compiler)/
/** Looking at more members than this tells nothing new of the programs. */
const MAX_LOOKED_AT = 2_000

interface Member {
  readonly reset: ResetFacts
}

/** What the evidence says of the programs at both ends: process names of socket tables and traces, words of the logs. */
export function partiesOf(members: readonly Member[], facts: Facts): Finding['parties'] {
  const looked = members.slice(0, MAX_LOOKED_AT)
  const client = partyOf(looked, 'client')
  const server = partyOf(looked, 'server')
  const logged = loggedBy(looked, facts)
  const [sender] = members
  const victim: Role = sender?.reset.sender === 'client' ? 'server' : 'client'
  const withLog = (party: Party, role: Role): Party =>
    role === victim && logged.length > 0 ? { ...party, logged } : party
  const both = { client: withLog(client, 'client'), server: withLog(server, 'server') }
  if (Object.keys(both.client).length + Object.keys(both.server).length === 0) return undefined
  return {
    ...(Object.keys(both.client).length > 0 ? { client: both.client } : {}),
    ...(Object.keys(both.server).length > 0 ? { server: both.server } : {}),
  }
}

function partyOf(members: readonly Member[], role: Role): Party {
  for (const { reset } of members) {
    if (reset.sender !== role) continue
    const process = reset.socket?.process
    if (process !== undefined)
      return { process: process.name, ...(process.pid === undefined ? {} : { pid: process.pid }) }
  }
  for (const { reset } of members) {
    const event = reset.kernelSent
    // Only a process that closed its own socket is named rightly by the trace.
    if (
      reset.sender === role &&
      reset.form === 'active' &&
      event?.inInterrupt === false &&
      event.task !== undefined &&
      !THREADS.test(event.task.name)
    )
      return { process: event.task.name }
  }
  if (role === 'server') {
    const software = members.find(({ reset }) => reset.exchange.serverSoftware !== undefined)?.reset.exchange
      .serverSoftware
    if (software !== undefined) return { process: software.slice(0, 40) }
  }
  return {}
}

function loggedBy(members: readonly Member[], facts: Facts): { word: string; count: number }[] {
  const { logsOf } = facts
  if (logsOf === undefined) return []
  const lines = new Map<string, Set<string>>(WORDS.map((word) => [word, new Set()]))
  for (const { reset } of members) {
    const logs = logsOf(reset)
    for (const word of WORDS) {
      for (const event of logs.near(word)) lines.get(word)?.add(`${event.input} ${event.line}`)
    }
  }
  return [...lines]
    .flatMap(([word, found]) => (found.size === 0 ? [] : [{ word, count: found.size }]))
    .toSorted((x, y) => y.count - x.count)
    .slice(0, 3)
}
