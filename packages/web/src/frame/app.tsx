import type { PageData, PageSide } from '@whyreset/report/page'
import { LABELS, outline, renderMessage } from '@whyreset/report/page'
import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { formatAddress, type Address, type View } from '../address.ts'
import { FindingsTable } from '../tables/findings-table.tsx'
import { HostsTable } from '../tables/hosts-table.tsx'
import { IncidentsTable } from '../tables/incidents-table.tsx'
import { InputsTable } from '../tables/inputs-table.tsx'
import { LeaksTable } from '../tables/leaks-table.tsx'
import { show } from '../show.ts'
import { WORDS } from '../words.ts'
import { AnswerView } from './answer/answer.tsx'
import { ComparisonView } from './comparison.tsx'
import { ConnectionView } from './connection-view.tsx'
import { Header } from './header.tsx'
import { PageProvider, usePage } from './page-context.ts'
import type { Narrowing } from '../narrowing.ts'
import { TimelineView } from './timeline-view.tsx'
import { useAddress } from './use-address.ts'
import { useLook } from './use-look.ts'
import { Verdict } from './verdict.tsx'

export interface AppProps {
  /** Absent where nothing was opened yet. */
  readonly data?: PageData
  readonly isPrinting: boolean
  /** What stands at the left of the header after the name: the way back to the list of incidents. */
  readonly home?: VNode
  /** Whether the evidence can be read once more, for a part of it. */
  readonly canNarrow?: boolean
  /** Said above the answer: that its reading was stopped. */
  readonly remark?: ComponentChildren
  /** Shown while there is no data. */
  readonly children?: ComponentChildren
}

export function App({ data, isPrinting, home, canNarrow = false, remark, children }: AppProps): VNode {
  const [address, go] = useAddress()
  const { lang, theme } = useLook(address, isPrinting)
  // Places in lists are others then: only the look and the view stay.
  const narrow = (asked: Narrowing, view: View = 'answer'): void => {
    location.hash = formatAddress({ view, selection: {}, filter: {}, lang, theme: address.theme, asked })
  }
  const page = {
    address,
    go,
    hrefOf: (change: Partial<Address>) => formatAddress(linked(address, change)),
    lang,
    theme,
    labels: LABELS[lang],
    words: WORDS[lang],
    isPrinting,
    narrow: canNarrow ? narrow : undefined,
  }
  const side =
    data?.kind === 'comparison' ? (address.side === undefined ? undefined : data[address.side]) : data
  return (
    <PageProvider value={page}>
      <a class="skip" href="#main" onClick={toMain}>
        {page.words.skip}
      </a>
      <Header data={data} home={home} />
      <main id="main" tabIndex={-1}>
        {remark}
        {data === undefined ? (
          children
        ) : side === undefined && data.kind === 'comparison' ? (
          <ComparisonView comparison={data.comparison} />
        ) : (
          side !== undefined && <SideView side={side} />
        )}
      </main>
      <footer>{data !== undefined && <p>{page.words.madeBy}</p>}</footer>
    </PageProvider>
  )
}

/** A link keeps language, colours and side; a row's place in a table means nothing elsewhere. */
function linked(
  { lang, theme, side, sort, asked, view, ...now }: Address,
  change: Partial<Address>,
): Address {
  const isSameView = change.view === undefined || change.view === view
  return {
    ...(lang === undefined ? {} : { lang }),
    ...(theme === undefined ? {} : { theme }),
    ...(side === undefined ? {} : { side }),
    ...(asked === undefined ? {} : { asked }),
    ...(sort === undefined || !isSameView ? {} : { sort }),
    ...now,
    view,
    ...change,
  }
}

/** Without touching the address, which keeps the view. */
function toMain(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

function SideView({ side }: { readonly side: PageSide }): VNode {
  const { address, lang, words } = usePage()
  const parts = useMemo(() => outline(side.diagnosis), [side.diagnosis])
  const { view } = address
  const verdict = renderMessage(side.diagnosis.verdict, lang)
  useEffect(() => {
    document.title = `${words.views[view]} · ${show(verdict)} · whyreset`
  }, [view, verdict, words])
  return (
    <>
      <Verdict side={side} parts={parts} isSmall={view !== 'answer'} />
      <Content view={view} side={side} names={parts.names} />
    </>
  )
}

function Content({
  view,
  side: { diagnosis, exhibits },
  names,
}: {
  readonly view: View
  readonly side: PageSide
  readonly names: readonly string[]
}): VNode {
  switch (view) {
    case 'answer':
      return <AnswerView diagnosis={diagnosis} exhibits={exhibits} />
    case 'timeline':
      return <TimelineView diagnosis={diagnosis} exhibits={exhibits} />
    case 'connection':
      return <ConnectionView diagnosis={diagnosis} exhibits={exhibits} />
    case 'findings':
      return <FindingsTable diagnosis={diagnosis} exhibits={exhibits} />
    case 'incidents':
      return <IncidentsTable diagnosis={diagnosis} names={names} />
    case 'leaks':
      return <LeaksTable diagnosis={diagnosis} exhibits={exhibits} />
    case 'hosts':
      return <HostsTable diagnosis={diagnosis} exhibits={exhibits} />
    case 'inputs':
      return <InputsTable diagnosis={diagnosis} />
  }
}
