export { compareWithTruth, type Agreement } from './agreement.ts'
export {
  LabError,
  listScenarios,
  recordScenario,
  type ListedScenario,
  type RecordedScenario,
  type RecordScenarioOptions,
} from './lab.ts'
export type { KernelReset } from './kernel-tally.ts'
export type { TrueFinding, Truth } from './truth.ts'
