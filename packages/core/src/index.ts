export { analyze, type Analysis, type AnalyzeOptions } from './analyze.ts'
export { compare, type CompareOptions } from './compare/compare.ts'
export type * from './compare/comparison.ts'
export { CAUSES } from './causes/index.ts'
export type * from './diagnosis.ts'
export type {
  CloseWaitValues,
  CompareCauseValues,
  CompareMessageValues,
  CompareWarningValues,
  Lack,
} from './messages/compare-values.ts'
export { PROBLEM_CODES, problem, type Problem, type ProblemCatalogue, type ProblemCode } from './errors.ts'
export { GC_KINDS, MARKS, OUTCOMES, coarser, lanesOf, segmentsOf } from './exhibits/columns.ts'
export { undelta, type Deltas } from './exhibits/deltas.ts'
export type * from './exhibits/exhibits.ts'
export type * from './exhibits/hosts-exhibit.ts'
export type * from './exhibits/ladder-exhibit.ts'
export type * from './exhibits/lanes-exhibit.ts'
export type * from './exhibits/timeline-exhibit.ts'
export { recogniseCompression, type Compression, type Input } from './input.ts'
export type { Catalogue, MessageId, MessageValues, StatementValues } from './messages/catalogue.ts'
export { bytes, duration } from './messages/en-numbers.ts'
export { en } from './messages/en.ts'
export { formatAddress } from './read/endpoint.ts'
export { FragmentBuffer } from './read/fragments.ts'
export {
  createLogMentionReader,
  type LogMention,
  type LogMentionReader,
} from './read/app-log/log-mentions.ts'
export { say } from './messages/say.ts'
export { unpackCommand } from './read/archives.ts'
export { decodeFrame } from './read/link.ts'
export type { SegmentSink } from './read/network.ts'
export type * from './source-report.ts'
