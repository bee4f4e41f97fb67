/** A part of the evidence, as `--peer`, `--from` and `--to` of the command. */
export interface Narrowing {
  /** `10.0.0.1`, `10.0.0.1:50000`, `[2001:db8::1]:50000`. */
  readonly peer?: string
  readonly from?: string
  readonly to?: string
}
