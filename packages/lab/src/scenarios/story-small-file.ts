import { defineScenario } from '../scenario.ts'
import { playStory } from './play-story.ts'

export const storySmallFile = defineScenario({
  name: 'story-small-file',
  cause: 'healthy',
  explain:
    'The reference story with a small package: the unread body fits into what the JDK reads ahead, nothing is left in the kernel, and nothing is reset; the connections of the HTTP clients that nobody closes wait in CLOSE_WAIT all the same.',
  needs: ['java', 'httpclient4'],
  warnings: ['close-wait-leak'],
  async run(stage) {
    await playStory(stage, { httpClient: 'per-request', body: 'abandon', archive: 'small' })
    return []
  },
})
