import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines } from './lines.ts'
import { playStory } from './play-story.ts'

export const mixed = defineScenario({
  name: 'mixed',
  cause: 'garbage-collected',
  explain:
    'Several causes at once: the reference story, health probes of another port, and connections to a port on which nothing listens.',
  needs: ['java', 'httpclient4'],
  async run(stage) {
    const { random } = stage
    let probes = 0
    let refused = 0
    const connections = await playStory(
      stage,
      { httpClient: 'per-request', body: 'abandon', archive: 'large' },
      async (client, server) => {
        const port = pickPort(stage) + 32_100
        await serveLines(stage, server, port, {})
        const probe = await lineClient(stage, client, server.address, port, {
          connections: random.int(6, 14),
          gapMs: random.int(350, 600),
          pausesMs: [],
          closeHow: 'reset',
        })
        const lost = await lineClient(stage, client, server.address, port + 1, {
          connections: random.int(4, 9),
          gapMs: random.int(300, 900),
          pausesMs: [],
        })
        return async () => {
          probe.say('go')
          lost.say('go')
          await Promise.all([probe.wait('done'), lost.wait('done')])
          probes = probe.told('served').length
          refused = lost.told('failed').length
        }
      },
    )
    return [
      { cause: 'garbage-collected', resetBy: 'client', connections },
      { cause: 'health-probe', resetBy: 'client', connections: probes },
      { cause: 'connection-refused', resetBy: 'server', connections: refused },
    ]
  },
})
