import type { Problem } from '../errors.ts'
import type { LogTime } from './log-time.ts'

/** The kernel's counters of one host or namespace (`nstat`, `nstat -az`, /proc/net/snmp and netstat). */
export interface CounterSet {
  /** `# cli (…)` header, or the `#kernel` line of nstat; absent when unnamed. */
  readonly who?: string
  readonly at?: LogTime
  /** Over how many seconds the values moved, where the header says so: then they are differences. */
  readonly overSeconds?: number
  /** Name as nstat prints it: `TcpOutRsts`, `TcpExtTCPAbortOnClose`. */
  readonly values: ReadonlyMap<string, { readonly value: number; readonly line: number }>
}

export interface Counters {
  readonly sets: readonly CounterSet[]
  readonly problems: readonly Problem[]
}
