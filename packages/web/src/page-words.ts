import type { View } from './address.ts'

/** The words of the page itself; those of the answer are report's LABELS and core's messages. */
export interface Words {
  readonly views: Readonly<Record<View, string>>
  readonly language: string
  readonly toDark: string
  readonly toLight: string
  readonly skip: string
  readonly menu: string
  readonly copy: string
  readonly copied: string
  readonly filter: string
  readonly filterHint: string
  readonly cause: string
  readonly allCauses: string
  readonly clear: string
  readonly exportCsv: string
  readonly more: (n: number) => string
  readonly rows: (shown: number, all: number) => string
  readonly printed: (n: number, all: number) => string
  readonly nothing: string
  readonly noExhibits: string
  readonly noPicture: string
  readonly noLanes: string
  readonly noConnection: string
  readonly wholeTime: string
  readonly previous: string
  readonly next: string
  readonly incident: (n: number) => string
  readonly connectionHeading: string
  readonly laneHeading: string
  readonly ladderHeading: string
  readonly windowHeading: string
  readonly evidence: string
  readonly ruledOut: string
  readonly summary: Readonly<
    Record<'connections' | 'reset' | 'refused' | 'gracefullyClosed' | 'open' | 'packets' | 'duration', string>
  >
  readonly columns: Readonly<Record<ColumnWord, string>>
  readonly severity: Readonly<Record<'error' | 'warning' | 'info', string>>
  readonly phase: Readonly<
    Record<'handshake' | 'request' | 'response' | 'idle' | 'closing' | 'data' | 'unseen', string>
  >
  readonly comparison: string
  readonly madeBy: string
  readonly damaged: string
  readonly sampled: (percent: string) => string
}

type ColumnWord =
  | 'number'
  | 'severity'
  | 'cause'
  | 'resetBy'
  | 'client'
  | 'server'
  | 'connections'
  | 'confidence'
  | 'from'
  | 'time'
  | 'phase'
  | 'unread'
  | 'silence'
  | 'frame'
  | 'stream'
  | 'file'
  | 'process'
  | 'pid'
  | 'peer'
  | 'closeWait'
  | 'unreadNow'
  | 'growth'
  | 'oldest'
  | 'says'
  | 'host'
  | 'asClient'
  | 'asServer'
  | 'sent'
  | 'received'
  | 'bytes'
  | 'sockets'
  | 'kind'
  | 'records'
  | 'range'
  | 'problems'
  | 'fix'
