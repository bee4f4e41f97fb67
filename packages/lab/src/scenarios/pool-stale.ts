import { defineScenario } from '../scenario.ts'
import { playPool } from './play-pool.ts'

export const poolStale = defineScenario({
  name: 'pool-stale',
  cause: 'keep-alive-race',
  explain:
    'A server closes idle keep-alive connections after a fixed time; a client pool does not look whether a FIN has arrived and sends its next request on the closed connection, which is answered with RST.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const connections = await playPool(stage, await stage.pair(random.pick([4, 6])), {
      idleMs: [1000, 2200],
      connections: [5, 16],
      gapMs: [40, 150],
      pausesMs: (idleMs) => [random.int(200, 500), idleMs + random.int(200, 1500)],
      early: 3,
    })
    return [{ cause: 'keep-alive-race', resetBy: 'server', connections }]
  },
})
