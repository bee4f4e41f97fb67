import type { PageSide } from '@whyreset/report/page'
import type { Order, Report, Source } from './protocol.ts'

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
  onProgress: (progress: Progress) => void,
): Analysis {
  const worker = new Worker('worker.js', { type: 'module' })
  const order = (what: Order): void => {
    worker.postMessage(what)
  }
  let isStopping = false
  let giveUp = (): void => undefined
  const ended = new Promise<{ side: PageSide; isWhole: boolean }>((resolve, reject) => {
    giveUp = () => {
      reject(new Error('stopped'))
    }
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
      if (data.kind === 'progress') onProgress(data)
      else if (data.kind === 'answer') resolve(data)
      else reject(new Error(data.because))
    })
    worker.addEventListener('error', (event) => {
      reject(new Error(event.message || 'the worker could not be loaded'))
    })
  }).finally(() => {
    worker.terminate()
  })
  order({ kind: 'analyze', sources })
  return {
    ended,
    stop() {
      if (isStopping) giveUp()
      else order({ kind: 'stop' })
      isStopping = true
    },
  }
}
