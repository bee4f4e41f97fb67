import { say, type CauseId, type Diagnosis, type Message } from '@whyreset/core'
import type { Place } from '../place.ts'
import { canBeIn, canRun } from './runtimes.ts'

export interface Explained {
  /** Connections, of those of everything that was found. */
  readonly share: number
  readonly says: Message
}

interface Loss {
  readonly causes: readonly CauseId[]
  readonly connections: number
  readonly isSure: boolean
  readonly canBeIn: (language: Place['language']) => boolean
  readonly id: CauseId | 'close-wait-leak' | 'stalled-reader'
}

/** What would be explained by a place, the most connections first: what was lost, and what will be. */
export function explainer(diagnosis: Diagnosis): (place: Place) => Explained | undefined {
  const losses = lossesOf(diagnosis)
  const all = losses.reduce((sum, { connections }) => sum + connections, 0)
  return ({ causes, language }) => {
    const explained = losses.filter(
      (loss) => loss.canBeIn(language) && loss.causes.some((cause) => causes.includes(cause)),
    )
    const sure = explained.filter(({ isSure }) => isSure)
    const byId = new Map<Loss['id'], number>()
    for (const { id, connections } of sure.length > 0 ? sure : explained)
      byId.set(id, (byId.get(id) ?? 0) + connections)
    const [most] = [...byId].toSorted(([, a], [, b]) => b - a)
    if (most === undefined) return undefined
    const [id, connections] = most
    const share = connections / Math.max(1, all)
    return sure.length > 0
      ? { share, says: saysOf(id, connections) }
      : { share: share / 2, says: candidateOf(id, connections) }
  }
}

function saysOf(id: Loss['id'], connections: number): Message {
  if (id === 'close-wait-leak') return say('seen-close-wait', { count: connections })
  if (id === 'stalled-reader') return say('seen-stalled', { count: connections })
  return say('seen-cause', { cause: id, connections })
}

function candidateOf(id: Loss['id'], connections: number): Message {
  return id === 'close-wait-leak' || id === 'stalled-reader'
    ? saysOf(id, connections)
    : say('seen-candidate', { cause: id, connections })
}

function lossesOf({ findings, warnings }: Diagnosis): readonly Loss[] {
  return [
    ...findings
      .filter(({ severity }) => severity !== 'info')
      .flatMap((finding): Loss[] => {
        const isSure = finding.cause !== 'unknown'
        const ids = isSure ? [finding.cause] : finding.alternatives.map(({ cause }) => cause)
        return ids.map((id) => ({
          id,
          causes: [id],
          connections: finding.connections,
          isSure,
          canBeIn: (language) => canBeIn(language, { ...finding, cause: id }),
        }))
      }),
    // Data that nobody acknowledges was lost on its way: no line of source explains it.
    ...warnings.flatMap(({ kind, count, process }): Loss[] =>
      kind === 'unanswered-data'
        ? []
        : [
            {
              id: kind,
              // What is left in CLOSE_WAIT only the peer closed; what stalls now is reset at the next collection.
              causes:
                kind === 'close-wait-leak' ? ['data-after-close'] : ['garbage-collected', 'unread-data'],
              connections: count,
              isSure: true,
              canBeIn: (language) => canRun(process, language),
            },
          ],
    ),
  ]
}
