import type { Scenario } from '../scenario.ts'
import { fetchSmallFile } from './fetch-small-file.ts'
import { storyFetch } from './story-fetch.ts'
import { storyFirstFix } from './story-first-fix.ts'
import { storyFixed } from './story-fixed.ts'
import { storyReproduction } from './story-reproduction.ts'
import { storySmallFile } from './story-small-file.ts'
import { story } from './story-as-it-was.ts'

/** Every scenario, in the order of CAUSES: the story first. */
export const SCENARIOS: readonly Scenario[] = [
  story,
  storySmallFile,
  storyFirstFix,
  storyFixed,
  storyReproduction,
  storyFetch,
  fetchSmallFile,
]
