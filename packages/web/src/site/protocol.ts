import type { AnalyzeOptions } from '@whyreset/core'
import type { PageSide } from '@whyreset/report/page'
import type { Because } from './failure.ts'

/** One file to read: chosen or dropped, or served beside the page. */
export type Source =
  | { readonly kind: 'file'; readonly path: string; readonly file: File }
  | { readonly kind: 'served'; readonly path: string; readonly url: string; readonly bytes: number }

/** What of the evidence is asked about; all of it where empty. */
export type Question = Pick<AnalyzeOptions, 'peer' | 'fromUnixMs' | 'toUnixMs'>

/** What the page tells the worker. */
export type Order =
  | { readonly kind: 'analyze'; readonly sources: readonly Source[]; readonly question: Question }
  /** Ends the reading; what is known by then is answered. */
  | { readonly kind: 'stop' }

/** What the worker tells the page. */
export type Report =
  | { readonly kind: 'progress'; readonly path: string; readonly bytes: number; readonly of?: number }
  | { readonly kind: 'answer'; readonly side: PageSide; readonly isWhole: boolean }
  | { readonly kind: 'failed'; readonly because: Because }
