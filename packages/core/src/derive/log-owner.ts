import type { Evidence } from '../evidence.ts'

/**
 * Addresses of the program that wrote an input, as a manifest in its folder says; empty where none does. A program that
 * the recorder saw under another address (behind a proxy, on loopback) has more addresses than these.
 */
export function addressesOfWriter(inputs: Evidence['inputs'], path: string): readonly string[] {
  return inputs.flatMap(({ path: manifestPath, manifest }) => {
    const folder = manifestPath.replace(/[^/\\]*$/, '')
    const writer = manifest?.files.find((file) => folder + file.path === path)?.target
    if (writer === undefined) return []
    return manifest?.targets.find(({ name }) => name === writer)?.addresses ?? []
  })
}
