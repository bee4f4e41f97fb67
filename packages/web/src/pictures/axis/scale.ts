import type { TimeRange } from '../picture.ts'

/** Where moments are on a canvas: `left` and `width` in CSS pixels. */
export interface Scale {
  readonly range: TimeRange
  readonly left: number
  readonly width: number
}

export function xOf(scale: Scale, ns: number): number {
  const { fromNs, toNs } = scale.range
  return scale.left + ((ns - fromNs) / (toNs - fromNs)) * scale.width
}

export function nsAt(scale: Scale, x: number): number {
  const { fromNs, toNs } = scale.range
  return fromNs + ((x - scale.left) / scale.width) * (toNs - fromNs)
}

export function nsPerPixel(scale: Scale): number {
  return (scale.range.toNs - scale.range.fromNs) / scale.width
}
