/** Where a program's lines are to be had. Paths are the host's: `/proc/PID/root/…` for a file inside a container. */
export type LogSource =
  | { readonly kind: 'file'; readonly path: string }
  /** Docker's or Podman's own log of a container, by the API socket. */
  | { readonly kind: 'engine'; readonly socket: string; readonly container: string }
  | { readonly kind: 'journal'; readonly unit: string }
  /** A CRI log file: each line begins with a time, the stream and a tag. */
  | { readonly kind: 'cri'; readonly path: string }

export type TargetKind = 'docker' | 'podman' | 'cri' | 'containerd' | 'systemd' | 'pid' | 'host' | 'netns'

/** The language runtime of a target's main process. */
export interface Runtime {
  readonly kind: 'jvm' | 'node' | 'go' | 'python' | 'dotnet' | 'ruby' | 'php' | 'native'
  /** Pid on the host. */
  readonly pid: number
  /** Of a JVM: whether it told through its attach socket where it logs; or why it would not open one. Absent: not asked. */
  readonly attach?: 'answered' | { readonly refused: string }
}

/** A running thing that can be watched: its processes and the network namespace in which they talk. */
export interface Target {
  /** Short and safe for a file name: letters, digits, `.`, `_` and `-`. */
  readonly name: string
  readonly kind: TargetKind
  /** What was typed, and what to look for again after a restart. */
  readonly spec: string
  /** Main process on the host; absent for `host` and for a namespace. */
  readonly pid?: number
  /** ISO 8601 of the main process's start. */
  readonly startedAt?: string
  /** Path that names the namespace: `/proc/PID/ns/net`, `/run/netns/NAME`. */
  readonly networkNamespace: string
  /** Addresses inside the namespace, loopback left out. */
  readonly addresses: readonly string[]
  readonly publishedPorts: readonly {
    readonly host: number
    readonly inside: number
    readonly address?: string
  }[]
  readonly runtime?: Runtime
  readonly logs: readonly LogSource[]
  readonly gcLogs: readonly LogSource[]
  /** IANA name or offset of the zone in which its logs print, where it is known. */
  readonly zone?: string
  /** Hash of program, arguments and folder: knows the same process again after a restart. */
  readonly fingerprint?: string
}
