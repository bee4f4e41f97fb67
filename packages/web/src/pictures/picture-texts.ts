import type { Mark, Outcome, Side } from '@whyreset/core'

/** The words of the pictures; causes, log words and sentences of the answer are report's and core's. */
export interface PictureTexts {
  readonly zoomIn: string
  readonly zoomOut: string
  readonly all: string
  readonly clockUtc: string
  readonly clockRelative: string
  readonly dragPans: string
  readonly dragSelects: string
  readonly previousBurst: string
  readonly nextBurst: string
  readonly bursts: (n: number) => string
  readonly burstOf: (n: number, of: number) => string
  readonly hint: string
  readonly lanesHint: string
  readonly timelineName: string
  readonly timelineSummary: (rows: readonly string[]) => string
  readonly lanesName: (n: number) => string
  readonly windowName: (from: string, to: string) => string
  readonly overview: string
  readonly refused: string
  readonly resetsOf: (cause: string) => string
  readonly otherResets: string
  readonly collectionsOf: (runtime: string) => string
  readonly logRow: (word: string, file: string) => string
  readonly kernelResets: string
  readonly openConnections: string
  readonly closeWait: (who: string) => string
  readonly unreadInSockets: (who: string) => string
  readonly resetItem: (client: string, server: string) => string
  readonly unread: (bytes: string) => string
  readonly silence: (length: string) => string
  readonly pause: (length: string) => string
  readonly followedBy: (resets: number, lag: string) => string
  readonly line: (file: string, line: number) => string
  readonly position: (n: number, of: number) => string
  readonly listed: (parts: readonly string[]) => string
  readonly inRow: (row: string, told: string) => string
  readonly chance: {
    readonly heading: (matched: number, of: number, within: string) => string
    readonly observed: string
    readonly expected: string
    readonly bursts: (n: string, of: number) => string
    readonly times: (factor: string) => string
    readonly oneIn: (isFewer: boolean, records: number, p: string) => string
    readonly lagHeading: string
    readonly lagNote: string
    readonly lagAxis: string
    readonly noBurst: (n: number) => string
  }
  readonly sortBy: string
  readonly ascending: string
  readonly descending: string
  readonly sorts: Readonly<Record<'start' | 'end' | 'duration' | 'bytes' | 'peer' | 'outcome', string>>
  readonly peer: string
  readonly port: string
  readonly cause: string
  readonly outcomeLabel: string
  readonly anyValue: string
  readonly dense: string
  readonly inGroup: (connections: number, resets: number) => string
  readonly shownOf: (shown: number, of: number) => string
  readonly sampled: (percent: string) => string
  readonly noLanes: string
  readonly outcomes: Readonly<Record<Outcome, string>>
  readonly sides: Readonly<Record<Side, string>>
  readonly legend: Readonly<
    Record<
      | 'handshake'
      | 'clientData'
      | 'serverData'
      | 'zeroWindow'
      | 'fin'
      | 'rst'
      | 'collection'
      | 'sent'
      | 'acked'
      | 'limit'
      | 'stall',
      string
    >
  >
  readonly bytes: (value: string) => string
  readonly openLadder: string
  readonly ladder: {
    readonly name: (client: string, server: string) => string
    readonly frame: string
    readonly time: string
    readonly gap: string
    readonly window: string
    readonly citedBy: string
    /** Heard after what a segment shows. */
    readonly proofOf: (cause: string) => string
    /** Heard before the name of a cause. */
    readonly causeOf: string
    readonly citedSegments: (n: number) => string
    readonly ownReset: string
    readonly filter: string
    readonly folded: (f: {
      segments: number
      data: number
      bytes: string
      acks: number
      keepalives: number
      zeroWindow: number
      retransmissions: number
      length: string
    }) => string
    readonly foldAll: string
    readonly unfoldAll: string
    readonly omitted: (n: number) => string
    readonly quiet: (length: string) => string
    readonly ended: (text: string) => string
    readonly unreadAtEnd: (bytes: string, side: string) => string
    readonly unreadUnknown: string
    readonly stalledAtEnd: (length: string) => string
    readonly none: (kept: number) => string
    readonly onPage: string
    readonly inTerminal: string
    readonly showOwn: string
    readonly fromPipe: string
    readonly filterOnly: string
    readonly notScaled: string
    readonly seen: (shown: number, of: number) => string
  }
  readonly marks: Readonly<Record<Mark, string>>
  readonly stalledFor: (length: string) => string
  readonly noData: string
}
