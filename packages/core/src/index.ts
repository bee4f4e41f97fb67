export type * from './diagnosis.ts'
export { PROBLEM_CODES, problem, type Problem, type ProblemCode } from './errors.ts'
export { recogniseCompression, type Compression, type Input } from './input.ts'
