import { GUARDIAN_VARIABLE, runGuardian } from './run-guardian.ts'

// Started by start-guardian.ts as a process of its own.
const statePath = process.env[GUARDIAN_VARIABLE]
if (statePath !== undefined) await runGuardian(statePath)
