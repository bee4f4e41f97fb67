/**
 * What a provider says of one version of a package: the payload that it signs. Size and digest come from here and from
 * nowhere else, since a body that ends with its connection can be cut short without an error (RFC 9112 §8).
 */
export interface Manifest {
  readonly schema: 'hotload.manifest/1'
  /** An npm-like name, `pricing` or `@team/pricing`: at most 214 characters. A manifest of another name is refused. */
  readonly name: string
  /** A semantic version: for people and for `pin`. Order comes from `seq`. */
  readonly version: string
  /** Grows by at least one with each publication, returns to older versions included. Positive, safe integer. */
  readonly seq: number
  /** ISO 8601, Z. Later than this the manifest is refused, so that a mirror cannot hold clients at it. */
  readonly expires: string
  /** Of the blob, in bytes. */
  readonly size: number
  /** Of the blob, lower-case hexadecimal, 128 digits. */
  readonly sha512: string
  /** `tgz`: a gzipped tar that is unpacked; `file`: one file, taken as it is (a bundle, a jar, wasm, a model). */
  readonly format: 'tgz' | 'file'
  /** Of the file, for `format: 'file'`: a plain name without separators. */
  readonly fileName?: string
  /** Path of the module inside the tree, `/` between its parts; the file itself where it is absent. */
  readonly entry?: string
  /** A semver range of the host program that can load it. */
  readonly host?: string
  /** Share of clients that take it, 0 to 1: all where it is absent. */
  readonly rollout?: number
  /** The provider took it back: clients that run it return to the version before. */
  readonly retracted?: true
}
