import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import type { Guardian } from '../guardian/guarded.ts'
import type { EvidenceFolder } from './evidence-folder.ts'
import { isResetOf, startKernelTrace, traceRoot, type KernelTrace } from './kernel-resets.ts'
import type { MissingList } from './missing-list.ts'
import type { Namespace } from './namespace.ts'

/** Of the whole folder. */
const SHARE = 0.05

/** Writes kernel-resets.txt, or says why there is none. */
export function recordKernel(from: {
  readonly folder: EvidenceFolder
  readonly guardian: Guardian
  readonly namespaces: readonly Namespace[]
  readonly missing: MissingList
  readonly maxBytes: number
  readonly cannotWrite: (error: unknown) => void
}): KernelTrace | undefined {
  const { folder, guardian, namespaces, missing, maxBytes, cannotWrite } = from
  try {
    traceRoot()
    return startKernelTrace({
      name: `whyreset-${process.pid}-${randomUUID().slice(0, 8)}`,
      guardian,
      file: folder.create('kernel-resets.txt', 'kernel-trace'),
      maxBytes: maxBytes * SHARE,
      cannotWrite,
      isWanted: wantedResets(namespaces),
    })
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    missing.add({
      what: 'kernel trace',
      because,
      without: "the kernel's own reasons for resets are not known; packets still show who sent them",
    })
    return undefined
  }
}

/** On the host everything is wanted: what its other namespaces do passes it too. */
export function wantedResets(namespaces: readonly Namespace[]): (line: string) => boolean {
  const targets = namespaces.flatMap((namespace) => namespace.targets)
  if (targets.some(({ kind, addresses }) => kind === 'host' || addresses.length === 0)) return () => true
  const inodes = targets.map(({ networkNamespace }) => statSync(networkNamespace).ino)
  return isResetOf(new Set(targets.flatMap(({ addresses }) => addresses)), new Set(inodes))
}
