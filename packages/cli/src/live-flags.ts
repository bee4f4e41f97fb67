import type { ResolveOptions } from '@whyreset/gather'
import type { Command } from 'commander'
import { addTo, parsePort } from './capture-options.ts'
import { parsePeer, type Peer } from './peer-option.ts'

/** What capture and watch are both told: which packets and logs, and where to. */
export interface LiveFlags {
  readonly output?: string
  readonly maxSize?: number
  readonly peer?: readonly Peer[]
  readonly port?: readonly number[]
  readonly filter?: string
  readonly gcLog?: readonly string[]
  readonly log?: readonly string[]
  readonly namespace?: string
  readonly attach?: true
  readonly json?: true
  readonly color: boolean
}

/** Adds the options that say which packets and logs are wanted. */
export function addLiveOptions(command: Command): Command {
  return command
    .option('--peer <HOST[:PORT]>', 'only packets of this address; may be repeated', addTo(parsePeer))
    .option('--port <N>', 'only packets of this port; may be repeated', addTo(parsePort))
    .option('--filter <EXPR>', 'only packets that this pcap filter takes')
    .option('--gc-log <PATH>', 'garbage-collection log here, or target:PATH inside it', addTo(String))
    .option('--log <PATH>', 'log here, or target:PATH inside it', addTo(String))
    .option('--attach', 'ask a JVM where its GC log is: it opens its attach listener')
    .option('-n, --namespace <NAME>', 'Kubernetes namespace of pod/NAME')
}

/** How the targets are to be looked for. */
export function resolveOptions({ namespace, attach }: LiveFlags): ResolveOptions {
  return { ...(namespace === undefined ? {} : { namespace }), ...(attach === true && { attach }) }
}
