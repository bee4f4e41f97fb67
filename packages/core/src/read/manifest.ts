/** The parts of `manifest.json` (schema `whyreset.evidence/1`) that a diagnosis uses. */
export interface Manifest {
  readonly targets: readonly {
    readonly name: string
    readonly pid?: number
    /** Milliseconds since 1970 UTC. */
    readonly startedAtMs?: number
    readonly addresses: readonly string[]
    /** Minutes east of UTC of the target's own zone. */
    readonly zoneMinutes?: number
  }[]
  /** Paths relative to the folder → what they are and whose. */
  readonly files: readonly { readonly path: string; readonly kind?: string; readonly target?: string }[]
}
