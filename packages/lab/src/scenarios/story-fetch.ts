import { defineScenario } from '../scenario.ts'
import { playFetch } from './play-fetch.ts'

export const storyFetch = defineScenario({
  name: 'story-fetch',
  cause: 'garbage-collected',
  explain:
    'The reference story in TypeScript: await fetch(url) looks at the headers of a large file and drops the response; Node closes the connection in a finalizer at a later collection of garbage, with the body unread.',
  needs: [],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const connections = await playFetch(stage, stage.random.int(400_000, 4_000_000))
    return [{ cause: 'garbage-collected', resetBy: 'client', connections }]
  },
})
