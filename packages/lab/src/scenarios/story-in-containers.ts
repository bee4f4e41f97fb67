import { defineScenario } from '../scenario.ts'
import { playStory } from './play-story.ts'

export const storyInContainers = defineScenario({
  name: 'story-in-containers',
  cause: 'garbage-collected',
  explain:
    'The reference story as it was: provider and client in two containers, found and recorded from outside. The client leaves the body of getLastModified() unread and never closes its HTTP clients; its collections of garbage reset the abandoned connections.',
  needs: ['java', 'httpclient4', 'dockerd', 'containerd', 'setpriv', 'busybox'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const connections = await playStory(await stage.inContainers(), {
      httpClient: 'per-request',
      body: 'abandon',
      archive: 'large',
    })
    return [{ cause: 'garbage-collected', resetBy: 'client', connections }]
  },
})
