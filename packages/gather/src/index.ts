export type { Guarded, Guardian } from './guardian/guarded.ts'
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
