import type { PageData } from '@whyreset/report/page'
import { render } from 'preact'
import { App } from '../frame/app.tsx'
import { drawForPaper } from '../printing.ts'
import { startAnalysis, type Analysis, type Progress } from './analysis.ts'
import { Home, OpenScreen, Stopped, type OpenState } from './open-screen.tsx'
import type { Source } from './protocol.ts'
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

function draw(): void {
  const root = document.getElementById('page')
  if (root === null) return
  const isList = isServed && folder === null && state.kind === 'idle'
  render(
    <App
      {...(data === undefined ? {} : { data })}
      isPrinting={isPrinting}
      home={<Home isServed={isServed} isVisible={data !== undefined || state.kind !== 'idle'} />}
      remark={state.kind === 'answered' && !state.isWhole && <Stopped />}
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
    set({ kind: 'failed' })
    return
  }
  set({ kind: 'reading', isStopping: false })
  try {
    analysis = startAnalysis(sources, (progress: Progress) => {
      if (state.kind === 'reading') set({ ...state, progress })
    })
    const { side, isWhole } = await analysis.ended
    data = { schema: 'whyreset.page/1', kind: 'diagnosis', ...side }
    set({ kind: 'answered', isWhole })
  } catch (error) {
    set({ kind: 'failed', because: error instanceof Error ? error.message : String(error) })
  } finally {
    analysis = undefined
  }
}

function stop(): void {
  analysis?.stop()
  if (state.kind === 'reading') set({ ...state, isStopping: true })
}

async function start(): Promise<void> {
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
      set({ kind: 'failed', because: error instanceof Error ? error.message : String(error) })
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
