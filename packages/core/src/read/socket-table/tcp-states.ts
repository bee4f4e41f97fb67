import type { TcpState } from './socket-row.ts'

/** The spellings of ss, netstat (Linux, busybox, BSD, macOS, Windows) and their translations; `-` is written `_`. */
const STATES: ReadonlyMap<string, TcpState> = new Map<string, TcpState>([
  ['LISTEN', 'LISTEN'],
  ['LISTENING', 'LISTEN'],
  ['SYN_SENT', 'SYN-SENT'],
  ['SYN_RECV', 'SYN-RECEIVED'],
  ['SYN_RCVD', 'SYN-RECEIVED'],
  ['SYN_RECEIVED', 'SYN-RECEIVED'],
  ['NEW_SYN_RECV', 'SYN-RECEIVED'],
  ['ESTAB', 'ESTABLISHED'],
  ['ESTABLISHED', 'ESTABLISHED'],
  ['FIN_WAIT1', 'FIN-WAIT-1'],
  ['FIN_WAIT_1', 'FIN-WAIT-1'],
  ['FIN_WAIT2', 'FIN-WAIT-2'],
  ['FIN_WAIT_2', 'FIN-WAIT-2'],
  ['CLOSE_WAIT', 'CLOSE-WAIT'],
  ['CLOSING', 'CLOSING'],
  ['LAST_ACK', 'LAST-ACK'],
  ['TIME_WAIT', 'TIME-WAIT'],
  ['CLOSE', 'CLOSED'],
  ['CLOSED', 'CLOSED'],
  ['UNCONN', 'CLOSED'],
  ['BOUND', 'CLOSED'],
  ['BOUND_INACTIVE', 'CLOSED'],
  // net-tools in German and Portuguese, Windows in German.
  ['VERBUNDEN', 'ESTABLISHED'],
  ['ESTABELECIDA', 'ESTABLISHED'],
  ['OUÇA', 'LISTEN'],
  ['ESPERANDO_FECHAR', 'CLOSE-WAIT'],
  ['HERGESTELLT', 'ESTABLISHED'],
  ['ABHÖREN', 'LISTEN'],
  ['SCHLIESSEN_WARTEN', 'CLOSE-WAIT'],
  ['WARTEND', 'TIME-WAIT'],
])

export function tcpState(printed: string): TcpState | undefined {
  if (printed.length > 20) return undefined
  return STATES.get(printed.toUpperCase().replace(/-/g, '_'))
}

/** Numbers of include/net/tcp_states.h, part of the kernel's interface since 2.0; 12 is a request socket. */
const NUMBERED: readonly (TcpState | undefined)[] = [
  undefined,
  'ESTABLISHED',
  'SYN-SENT',
  'SYN-RECEIVED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSED',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
  'SYN-RECEIVED',
]

export function numberedTcpState(number: number): TcpState | undefined {
  return NUMBERED[number]
}
