export type { Guarded, Guardian } from './guardian/guarded.ts'
export { makeGuardedFolder } from './guardian/guarded-folder.ts'
export { GUARDIAN_VARIABLE, runGuardian } from './guardian/run-guardian.ts'
export { startGuardian } from './guardian/start-guardian.ts'
export { makeFolder } from './make-folder.ts'
export { RecordError } from './record/record-error.ts'
export type {
  EndReason,
  ExtraLog,
  Missing,
  Recording,
  RecordingStatus,
  RecordingSummary,
  RecordOptions,
  SeenReset,
} from './record/recording.ts'
export { startRecording } from './record/start-recording.ts'
export type { LogSource, Runtime, Target, TargetKind } from './target.ts'
export { openTargetFile } from './targets/inside-root.ts'
export type { Resolution } from './targets/resolution.ts'
export { findAgain, type ResolveOptions, resolveTarget } from './targets/resolve-target.ts'
export type { Sources } from './targets/sources.ts'
export { startWatch } from './watch/start-watch.ts'
export type { Episode, EpisodeAnswer, Watch, WatchNews, WatchOptions, WatchStatus } from './watch/watch.ts'
