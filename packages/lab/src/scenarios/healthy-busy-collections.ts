import { defineScenario } from '../scenario.ts'
import { playStory } from './play-story.ts'

export const healthyBusyCollections = defineScenario({
  name: 'healthy-busy-collections',
  cause: 'healthy',
  explain:
    'A JVM that collects garbage often reads every answer to its end over connections that it shares. Nothing is reset.',
  needs: ['java', 'httpclient4'],
  async run(stage) {
    await playStory(stage, {
      httpClient: 'shared',
      body: 'read',
      archive: stage.random.pick(['large', 'small']),
    })
    return []
  },
})
