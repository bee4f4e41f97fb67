import type { Diagnosis, Exhibits } from '@whyreset/core'
import type { VNode } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import type { View } from '../address.ts'
import { Ladder } from '../pictures/ladder/ladder.tsx'
import { Lanes } from '../pictures/lanes/lanes.tsx'
import type { Picture, PictureProps } from '../pictures/picture.ts'
import { Timeline } from '../pictures/timeline/timeline.tsx'
import { WindowPlot } from '../pictures/window-plot/window-plot.tsx'
import { usePage } from './page-context.ts'

const PICTURES: Readonly<Record<PictureName, Picture>> = { Timeline, Lanes, Ladder, WindowPlot }

export type PictureName = 'Timeline' | 'Lanes' | 'Ladder' | 'WindowPlot'

/** A picture with what the page knows: it asks, and the address bar keeps the answer. */
export function PictureOf({
  name,
  diagnosis,
  exhibits,
  selection,
  leadsTo,
}: {
  readonly name: PictureName
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits
  /** What is meant beyond what the address names: the lane of its incident. */
  readonly selection?: PictureProps['selection']
  /** Where choosing something leads; absent, it stays here. */
  readonly leadsTo?: View
}): VNode {
  const { address, go, lang, theme, words } = usePage()
  // What a picture makes of strange evidence must not take the answer with it.
  const [error] = useErrorBoundary()
  if (error !== undefined) return <p class="empty">{words.noPicture}</p>
  const Shown = PICTURES[name]
  return (
    <Shown
      exhibits={exhibits}
      diagnosis={diagnosis}
      selection={selection ?? address.selection}
      onSelect={(chosen) => {
        const isChosen = chosen.connection !== undefined || chosen.incident !== undefined
        // A finding alone is what a segment of a ladder proves.
        const view = isChosen ? leadsTo : chosen.finding === undefined ? undefined : 'findings'
        go({ selection: chosen, ...(view === undefined ? {} : { view }) })
      }}
      range={address.range}
      onRange={(range) => {
        go({ range }, 'in-place')
      }}
      filter={address.filter}
      onFilter={(filter) => {
        go({ filter }, 'in-place')
      }}
      lang={lang}
      theme={theme}
    />
  )
}
