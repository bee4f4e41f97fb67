import * as fc from 'fast-check'

/** One seed for a run that must say the same tomorrow; WHYRESET_SEED=random (or a number) looks elsewhere. */
const wanted = process.env['WHYRESET_SEED']
const DEFAULT_SEED = 20_261_122

if (wanted !== 'random') fc.configureGlobal({ seed: wanted === undefined ? DEFAULT_SEED : Number(wanted) })
