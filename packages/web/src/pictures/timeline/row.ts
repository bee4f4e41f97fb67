import type { Bins, GcSeries } from '@whyreset/core'
import type { Extremes } from '../canvas/bins.ts'
import type { Colours } from '../picture.ts'

interface Row {
  readonly id: string
  readonly label: string
  readonly colour: keyof Colours
}

/** Moments, one after another. */
export interface EventRow extends Row {
  readonly kind: 'events'
  readonly times: Float64Array
  /** What is beyond the last of the times. */
  readonly bins?: Bins
  /** Most events in a column of so many nanoseconds, anywhere in the record: what a bar's height is measured by. */
  readonly peakOf: (columnNs: number) => number
  readonly of:
    | { readonly kind: 'resets'; readonly incidents: readonly (number | undefined)[] }
    | { readonly kind: 'refused' | 'kernel' }
    | { readonly kind: 'log'; readonly input: number; readonly word: string; readonly lines: Float64Array }
}

/** Stretches of time: collections of one process. */
export interface SpanRow extends Row {
  readonly kind: 'spans'
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly longestNs: number
  readonly series: GcSeries
  readonly lines: Float64Array
  /** By collection: when the burst began that followed it. */
  readonly bursts: ReadonlyMap<number, Burst>
}

export interface Burst {
  readonly ns: number
  readonly resets: number
  readonly lagNs: number
}

/** A count over time, as it was sampled. */
export interface LineRow extends Row {
  readonly kind: 'line'
  readonly times: Float64Array
  readonly extremes: Extremes
  readonly greatest: number
  /** Samples stand apart, bins join. */
  readonly sampled: boolean
  readonly unit: 'count' | 'bytes'
}

export type TimelineRow = EventRow | SpanRow | LineRow
