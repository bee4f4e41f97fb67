/** One end of a TCP connection. */
export interface Endpoint {
  /** Canonical text: dotted IPv4, RFC 5952 IPv6. IPv4-mapped IPv6 is written as IPv4. `*` where a table says any. */
  readonly address: string
  /** Absent where a table prints `*`. */
  readonly port?: number
}
