import { analyze, type Diagnosis } from '@whyreset/core'
import { becauseOf } from './failure.ts'
import { openSource, type SiteInput } from './file-input.ts'
import type { Order, Question, Report, Source } from './protocol.ts'
import { readSavedAnswer } from './saved-answer.ts'

/** Reads and judges beside the page, so that it never stands still. */
let isStopped = false
const PROGRESS_EVERY_MS = 80

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  if (data.kind === 'stop') isStopped = true
  else
    run(data.sources, data.question).catch((error: unknown) => {
      tell({ kind: 'failed', because: becauseOf(error) })
    })
})

async function run(sources: readonly Source[], question: Question): Promise<void> {
  const inputs = (await Promise.all(sources.map(openSource))).map(untilStopped)
  const [only, ...others] = inputs
  const saved = only === undefined || others.length > 0 ? undefined : await readSavedAnswer(only)
  if (saved !== undefined) {
    tell({ kind: 'answer', side: { diagnosis: saved }, isWhole: true })
    return
  }
  let toldAt = 0
  let pausedAt = performance.now()
  const found = await analyze(inputs, {
    ...question,
    exhibits: true,
    onProgress: ({ input, bytes, of }) => {
      const now = performance.now()
      if (now - toldAt < PROGRESS_EVERY_MS) return
      toldAt = now
      tell({ kind: 'progress', path: inputs[input]?.name ?? '', bytes, ...(of === undefined ? {} : { of }) })
    },
    isInterrupted: () => isStopped,
    // Messages have their turn only when this one ends.
    pause: async () => {
      if (performance.now() - pausedAt < PROGRESS_EVERY_MS) return
      await turn()
      pausedAt = performance.now()
    },
  })
  const diagnosis = withProblems(found.diagnosis, inputs)
  tell({ kind: 'answer', side: { ...found, diagnosis }, isWhole: !isStopped })
}

/** Core asks between the chunks of captures whether to go on; a long log ends here. */
function untilStopped(input: SiteInput): SiteInput {
  return {
    ...input,
    async *open() {
      for await (const chunk of input.open()) {
        yield chunk
        if (isStopped) return
      }
    },
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}

/** What only the inputs themselves know of: a compressed stream that breaks off. */
function withProblems(diagnosis: Diagnosis, inputs: readonly SiteInput[]): Diagnosis {
  return {
    ...diagnosis,
    inputs: diagnosis.inputs.map((report, index) => ({
      ...report,
      problems: [...(inputs[index]?.problems() ?? []), ...report.problems],
    })),
  }
}

function tell(report: Report): void {
  postMessage(report)
}
