import { defineScenario } from '../scenario.ts'
import { playStory } from './play-story.ts'

export const story = defineScenario({
  name: 'story',
  cause: 'garbage-collected',
  explain:
    'The reference story: a Java client asks for the date of a large package with HttpURLConnection.getLastModified(), which sends a GET, and leaves the body unread; each collection of garbage closes the abandoned connections, and the kernel answers the unread bytes with RST. It also makes an Apache HttpClient 4 for each request and never closes it: those connections wait in CLOSE_WAIT.',
  needs: ['java', 'httpclient4'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const connections = await playStory(stage, {
      httpClient: 'per-request',
      body: 'abandon',
      archive: 'large',
    })
    return [{ cause: 'garbage-collected', resetBy: 'client', connections }]
  },
})
