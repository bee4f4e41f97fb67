import type { Diagnosis, Exhibits } from '@whyreset/core'
import type { Lang } from '@whyreset/report'
import type { ComponentType } from 'preact'

/**
 * What the reader has pointed at, shared by every table and picture. All that is known of one thing is there: choosing
 * an incident of a listed connection also sets its `connection`.
 */
export interface Selection {
  /** Place in `diagnosis.incidents`; the address bar counts from 1. */
  readonly incident?: number
  /** Place in `diagnosis.findings`. */
  readonly finding?: number
  /** Row of `exhibits.lanes`. */
  readonly connection?: number
  /** Frame of the capture that the connection is in, 1-based. */
  readonly frame?: number
}

/** Nanoseconds since the epoch of the exhibits, `fromNs < toNs`. */
export interface TimeRange {
  readonly fromNs: number
  readonly toNs: number
}

/** Which connections and incidents are wanted; all where absent. Parts are joined by "and". */
export interface Filter {
  /** Part of an address, `host:port`, cause, process: whatever the row shows, without regard to case. */
  readonly text?: string
  /** Id of a cause. */
  readonly cause?: string
}

export type Theme = 'light' | 'dark'

export interface PictureProps {
  readonly exhibits: Exhibits
  readonly diagnosis: Diagnosis
  readonly selection: Selection
  /** Replaces the whole selection; `{}` is nothing. The page keeps it in the address bar. */
  readonly onSelect: (selection: Selection) => void
  /** The shared time axis; undefined is all. */
  readonly range: TimeRange | undefined
  /** Called at most once a frame while panning; the page writes the address when it is at rest. */
  readonly onRange: (range: TimeRange | undefined) => void
  readonly filter: Filter
  readonly onFilter: (filter: Filter) => void
  readonly lang: Lang
  /** Canvas colours are custom properties of the page, which a change of theme replaces: read them anew. */
  readonly theme: Theme
}

/**
 * A preact component that fills the width of its parent and chooses its own height. The page gives the heading; the
 * picture gives its controls, and for whoever does not see the canvas a name and what it shows in words.
 */
export type Picture = ComponentType<PictureProps>

/** The custom properties that src/page.css gives for both themes: `ink` is `--ink`. */
export const COLOUR_NAMES = [
  'paper',
  'raised',
  'ink',
  'muted',
  'line',
  'accent',
  'reset',
  'refused',
  'closed',
  'open',
  'collection',
  'log',
  'close-wait',
  'stall',
  'data',
  'chance',
] as const

export type Colours = Readonly<Record<(typeof COLOUR_NAMES)[number], string>>

/** The colours as they are now; an empty string where the page gives none. */
export function readColours(element: Element): Colours {
  const style = getComputedStyle(element)
  const pairs = COLOUR_NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])
  // fromEntries forgets the names; they are those of the line above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.fromEntries(pairs) as Colours
}
