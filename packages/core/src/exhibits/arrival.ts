/** What is known of a segment beside its bytes. */
export interface Arrival {
  readonly ns: number
  readonly input: number
  readonly frame: number
  /** The interface, as a number. */
  readonly vantage: number
  readonly direction: 0 | 1
  readonly identification: number
  /** Its rest is in fragments that were not seen: tshark takes no base from it. */
  readonly isPartial: boolean
  /** A proof cites the frame, or an incident names it. */
  readonly isCited: boolean
}
