import type { Diagnosis, Exhibits } from '@whyreset/core'
import { render } from 'preact'
import { Ladder } from '../src/pictures/ladder/ladder.tsx'
import { Lanes } from '../src/pictures/lanes/lanes.tsx'
import type { PictureProps, Selection } from '../src/pictures/picture.ts'
import { Timeline } from '../src/pictures/timeline/timeline.tsx'
import { WindowPlot } from '../src/pictures/window-plot/window-plot.tsx'

/** What a test gives a picture, and what it then asks of it. */
interface Shown {
  diagnosis: Diagnosis
  exhibits: Exhibits
  name: 'Timeline' | 'Lanes' | 'Ladder' | 'WindowPlot'
  lang: PictureProps['lang']
  theme: PictureProps['theme']
  selection: Selection
  range: PictureProps['range']
  filter: PictureProps['filter']
}

const PICTURES = { Timeline, Lanes, Ladder, WindowPlot }

/** One picture in an empty page that keeps what it is told, as the page does. */
Object.assign(globalThis, {
  shown: {},
  clearPicture() {
    Reflect.set(globalThis, 'shown', {})
    const root = document.getElementById('page')
    if (root !== null) render(null, root)
  },
  showPicture(change: Partial<Shown>) {
    const shown: Shown = Object.assign(Reflect.get(globalThis, 'shown'), change)
    document.documentElement.dataset['theme'] = shown.theme
    const Picture = PICTURES[shown.name]
    const again = (further: Partial<Shown>): void => Reflect.get(globalThis, 'showPicture')(further)
    render(
      <section class="panel">
        <Picture
          diagnosis={shown.diagnosis}
          exhibits={shown.exhibits}
          lang={shown.lang}
          theme={shown.theme}
          selection={shown.selection}
          range={shown.range}
          filter={shown.filter}
          onSelect={(selection) => again({ selection })}
          onRange={(range) => again({ range })}
          onFilter={(filter) => again({ filter })}
        />
      </section>,
      document.getElementById('page') ?? document.body,
    )
  },
})
