import { defineScenario } from '../scenario.ts'
import { playStory } from './play-story.ts'

export const storyFixed = defineScenario({
  name: 'story-fixed',
  cause: 'healthy',
  explain:
    'The reference story after both fixes: one HTTP client is shared and closed, and the date is asked for with HEAD, or the body is read to its end. Nothing is reset.',
  needs: ['java', 'httpclient4'],
  async run(stage) {
    await playStory(stage, {
      httpClient: 'shared',
      body: stage.random.pick(['head', 'read']),
      archive: 'large',
    })
    return []
  },
})
