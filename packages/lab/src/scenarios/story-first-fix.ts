import { defineScenario } from '../scenario.ts'
import { playStory } from './play-story.ts'

export const storyFirstFix = defineScenario({
  name: 'story-first-fix',
  cause: 'garbage-collected',
  explain:
    'The reference story after the first fix: one HTTP client is shared and closed, so CLOSE_WAIT is gone; getLastModified() still leaves the body of a large package unread, and each collection of garbage still resets those connections.',
  needs: ['java', 'httpclient4'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const connections = await playStory(stage, { httpClient: 'shared', body: 'abandon', archive: 'large' })
    return [{ cause: 'garbage-collected', resetBy: 'client', connections }]
  },
})
