import type { SourcePlace, SourceReport } from '@whyreset/core'

/** One place in the source where a connection is lost, abandoned or cut. */
export type Place = SourcePlace

export type RelatedPlace = NonNullable<SourcePlace['related']>[number]

/** A file or a part of it that was not looked at, and why. */
export type ScanProblem = SourceReport['problems'][number]
