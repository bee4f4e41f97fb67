import type { LogSource, Target } from '../target.ts'
import type { Answer } from './run-program.ts'

export type EngineKind = 'docker' | 'podman' | 'cri' | 'containerd'

/** Something that runs containers on this host and can be asked about them. */
export interface Engine {
  readonly kind: EngineKind
  list(): Promise<Answer<readonly ListedContainer[]>>
  inspect(id: string): Promise<Answer<ContainerDetail>>
}

export interface ListedContainer {
  readonly engine: Engine
  readonly id: string
  readonly name: string
  /** Other names that several containers may share: a Compose service, a name inside its pod. */
  readonly aliases: readonly string[]
  readonly running: boolean
  /** Of the pod that it is in, if any. */
  readonly podId?: string
  /** As the kubelet writes it on a container. */
  readonly pod?: { readonly name: string; readonly namespace: string }
}

export interface ContainerDetail {
  readonly id: string
  /** Pid of its first process on the host; absent when it does not run. */
  readonly pid?: number
  /** Milliseconds since 1970 UTC. */
  readonly startedAtMs?: number
  /** Why it does not run: `exited 137 2 minutes ago`. */
  readonly stopped?: string
  /** As the engine knows them; the namespace knows better. */
  readonly addresses: readonly string[]
  readonly publishedPorts: Target['publishedPorts']
  readonly logs: readonly LogSource[]
}
