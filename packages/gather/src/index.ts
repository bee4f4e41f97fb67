export type { LogSource, Runtime, Target, TargetKind } from './target.ts'
