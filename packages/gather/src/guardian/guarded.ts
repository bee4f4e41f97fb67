/** Something that must not stay behind when its owner dies. Each is named so that only what is ours can be meant. */
export type Guarded =
  /** Every process whose environment holds the guardian's mark: children started with `Guardian.environment`. */
  | { readonly kind: 'marked-processes' }
  /** One process, as long as it is the one that began then (field 22 of /proc/PID/stat). */
  | { readonly kind: 'process'; readonly pid: number; readonly startTicks: number }
  /** A directory in tracefs' `instances`; its name begins with `whyreset-`. */
  | { readonly kind: 'trace-instance'; readonly name: string }
  /** A network namespace of `ip netns`, with every process inside it; its name begins with `whyreset-`. */
  | { readonly kind: 'network-namespace'; readonly name: string }
  /** A mount on a path that has a component beginning with `whyreset-`. */
  | { readonly kind: 'mount'; readonly path: string }
  /** A folder with all in it, mounts below it too; its own name begins with `whyreset-`. */
  | { readonly kind: 'folder'; readonly path: string }

/** Watches over one owner, this process. */
export interface Guardian {
  /** Environment for every child process, so that it can be found again whatever happens. */
  readonly environment: Readonly<Record<string, string>>
  /** Notes something; on return it is noted durably. To be called before the thing is made. */
  guard(thing: Guarded): void
  /** Forgets something that its owner has removed. */
  release(thing: Guarded): void
  /** Removes whatever is still noted, then lets the guardian process end. */
  close(): Promise<void>
}
