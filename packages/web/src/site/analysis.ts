import type { PageSide } from '@whyreset/report/page'
import { OpenFailure } from './failure.ts'
import type { Order, Question, Report, Source } from './protocol.ts'

export interface Progress {
  readonly path: string
  readonly bytes: number
  readonly of?: number
}

export interface Analysis {
  readonly ended: Promise<{ readonly side: PageSide; readonly isWhole: boolean }>
  /** The first time: what is known by then is answered. The second time: at once, without an answer. */
  stop(): void
}

/** Analyses in a worker of its own, whose memory is given back with it. */
export function startAnalysis(
  sources: readonly Source[],
  question: Question,
  onProgress: (progress: Progress) => void,
): Analysis {
  const worker = startWorker()
  const order = (what: Order): void => {
    // A worker is of this page: there is no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- see above
    worker.postMessage(what)
  }
  const stopping = new AbortController()
  const ended = new Promise<{ side: PageSide; isWhole: boolean }>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
      if (data.kind === 'progress') onProgress(data)
      else if (data.kind === 'answer') resolve(data)
      else reject(new OpenFailure(data.because))
    })
    worker.addEventListener('error', (event) => {
      reject(new OpenFailure(event.message ? { id: 'other', reason: event.message } : { id: 'no-worker' }))
    })
    stopping.signal.addEventListener('abort', () => {
      reject(new OpenFailure({ id: 'stopped' }))
    })
  }).finally(() => {
    worker.terminate()
  })
  order({ kind: 'analyze', sources, question })
  let isAsked = false
  return {
    ended,
    stop() {
      if (isAsked) stopping.abort()
      else order({ kind: 'stop' })
      isAsked = true
    },
  }
}

/**
 * A worker of an address has that answer's policy, and a static host sends none. One of a blob has the page's (HTML
 * §10.2.4): what reads the evidence cannot talk to other servers either.
 */
function startWorker(): Worker {
  const script = `import ${JSON.stringify(new URL('worker.js', document.baseURI).href)}`
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  const worker = new Worker(address, { type: 'module' })
  // It is fetched by then, or has failed.
  for (const type of ['message', 'error'])
    worker.addEventListener(
      type,
      () => {
        URL.revokeObjectURL(address)
      },
      { once: true },
    )
  return worker
}
