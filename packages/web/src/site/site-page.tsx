import type { PageData } from '@whyreset/report/page'
import { render } from 'preact'
import { parseAddress } from '../address.ts'
import { App } from '../frame/app.tsx'
import type { Narrowing } from '../narrowing.ts'
import { drawForPaper } from '../printing.ts'
import { startAnalysis, type Analysis, type Progress } from './analysis.ts'
import { becauseOf } from './failure.ts'
import { Home, OpenScreen, Stopped, type OpenState } from './open-screen.tsx'
import { NarrowForm } from './narrow-form.tsx'
import type { Source } from './protocol.ts'
import { readQuestion } from './question.ts'
import { followIncidents, KeptIncidents, type KeptList } from './kept-incidents.tsx'
import { fromFolder } from './sources.ts'

/** The page that opens evidence by itself; `serve` says in a meta element that it serves. */
const isServed = document.querySelector('meta[name="whyreset-serve"]') !== null
const folder = new URLSearchParams(location.search).get('folder')

let data: PageData | undefined
let state: OpenState = { kind: 'idle' }
let kept: KeptList = { incidents: [], isLive: true }
let analysis: Analysis | undefined
let isPrinting = false
/** What was opened, for another question to it. */
let opened: readonly Source[] = []
let asked: Narrowing = {}

function draw(): void {
  const root = document.getElementById('page')
  if (root === null) return
  const isList = isServed && folder === null && state.kind === 'idle'
  render(
    <App
      {...(data === undefined ? {} : { data })}
      isPrinting={isPrinting}
      home={<Home isServed={isServed} isVisible={data !== undefined || state.kind !== 'idle'} />}
      canNarrow={opened.length > 0}
      remark={
        <>
          {state.kind === 'answered' && !state.isWhole && <Stopped />}
          {data?.kind === 'diagnosis' && (
            // Another question has fields of its own.
            <NarrowForm key={JSON.stringify(asked)} diagnosis={data.diagnosis} exhibits={data.exhibits} />
          )}
        </>
      }
    >
      {isList ? (
        <KeptIncidents list={kept} />
      ) : (
        <OpenScreen state={state} onOpen={(sources) => void open(sources)} onStop={stop} />
      )}
    </App>,
    root,
  )
}

function set(next: OpenState): void {
  state = next
  draw()
}

async function open(sources: readonly Source[]): Promise<void> {
  if (analysis !== undefined) return
  if (sources.length === 0) {
    set({ kind: 'failed', because: { id: 'no-evidence' } })
    return
  }
  data = undefined
  const asking = readQuestion(asked)
  if (!asking.ok) {
    set({ kind: 'wrong', field: asking.field })
    return
  }
  const now = asked
  set({ kind: 'reading', isStopping: false })
  try {
    analysis = startAnalysis(sources, asking.question, (progress: Progress) => {
      if (state.kind === 'reading') set({ ...state, progress })
    })
    const { side, isWhole } = await analysis.ended
    data = { schema: 'whyreset.page/1', kind: 'diagnosis', ...side }
    // A saved answer has nothing that could be asked again.
    opened = side.exhibits === undefined ? [] : sources
    set({ kind: 'answered', isWhole })
  } catch (error) {
    set({ kind: 'failed', because: becauseOf(error) })
  } finally {
    analysis = undefined
    // Asked otherwise meanwhile.
    if (now !== asked) void open(sources)
  }
}

function stop(): void {
  analysis?.stop()
  if (state.kind === 'reading') set({ ...state, isStopping: true })
}

/** The address has another question, by a form, a link or the way back. */
function askAgain(): void {
  const next = parseAddress(location.hash).asked ?? {}
  if (JSON.stringify(next) === JSON.stringify(asked)) return
  asked = next
  if (analysis !== undefined) analysis.stop()
  else if (opened.length > 0) void open(opened)
}

async function start(): Promise<void> {
  asked = parseAddress(location.hash).asked ?? {}
  addEventListener('hashchange', askAgain)
  drawForPaper((printing) => {
    isPrinting = printing
    draw()
  })
  draw()
  if (folder !== null) {
    set({ kind: 'reading', isStopping: false })
    try {
      await open(await fromFolder(folder))
    } catch (error) {
      set({ kind: 'failed', because: becauseOf(error) })
    }
  } else if (isServed)
    followIncidents((list) => {
      kept = list
      draw()
    })
  // A served page is always there; it must not answer for another port's page later.
  if (!isServed && 'serviceWorker' in navigator && location.protocol !== 'file:')
    await navigator.serviceWorker.register('offline.js').catch(() => undefined)
}

void start()
