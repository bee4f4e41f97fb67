import type { Problem } from '../errors.ts'
import type { Endpoint } from './endpoint.ts'
import type { LogTime } from './log-time.ts'

/** One `tcp_send_reset` or `tcp_receive_reset` event of the kernel's trace. */
export interface KernelReset {
  /** 1-based. */
  readonly line: number
  readonly what: 'sent' | 'received'
  readonly time: LogTime
  /** Command and thread id as the trace names them. Only meaningful for active resets in process context. */
  readonly task?: { readonly name: string; readonly tid: number }
  /** In interrupt context (`s`, `h`, `H` in the latency flags): `task` is then a bystander. */
  readonly inInterrupt: boolean
  /**
   * Softirqs were off (`b` or `D` in the flags, Linux 6.2 and later): what the kernel does to a socket from outside of
   * it, as when a listener closes with connections waiting; a program's own close leaves them on. Absent: not seen.
   */
  readonly bottomHalvesOff?: true
  /**
   * The socket the event is on. For `sent` that is the sender of the reset, for `received` its receiver. A reset sent
   * from a listener has no peer: then `peer` is absent and `local` may lack its address (`0.0.0.0:port`).
   */
  readonly local: Partial<Endpoint>
  readonly peer?: Endpoint
  /** State as printed, without `TCP_`: `CLOSE`, `LISTEN`, `TIME_WAIT`; read after the change for active resets. */
  readonly state?: string
  /** Reason as printed: `TCP_ABORT_ON_CLOSE`; absent in the older layout. Numbers are left as digits. */
  readonly reason?: string
}

/** One `inet_sock_set_state` event. */
export interface KernelStateChange {
  readonly line: number
  readonly time: LogTime
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly from: string
  readonly to: string
}

export interface KernelTrace {
  /** `# trace_clock:` header, when given. */
  readonly clock?: string
  /** `# wall_minus_trace_clock:` header: add to the trace clock to get seconds since 1970 UTC. */
  readonly wallMinusTraceSeconds?: number
  /** 1-based line of that header. */
  readonly resets: readonly KernelReset[]
  readonly stateChanges: readonly KernelStateChange[]
  readonly problems: readonly Problem[]
}
