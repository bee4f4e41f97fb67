import { defineScenario } from '../scenario.ts'
import { playFetch } from './play-fetch.ts'

export const fetchSmallFile = defineScenario({
  name: 'fetch-small-file',
  cause: 'healthy',
  explain:
    'await fetch(url) looks at the headers of a small file and drops the response: the body was read ahead, so nothing is left in the kernel and nothing is reset.',
  needs: [],
  async run(stage) {
    await playFetch(stage, stage.random.int(300, 3000))
    return []
  },
})
