import { defineScenario } from '../scenario.ts'
import { failures } from './lines.ts'
import { playInjector } from './play-injector.ts'

export const forgedReset = defineScenario({
  name: 'forged-reset',
  cause: 'injected-reset',
  explain:
    'A device beside the path reads along, and forges resets in the name of the other end, to one or both of them, when it sees a forbidden word. Other connections to the same port live on.',
  needs: ['python3'],
  async run(stage) {
    const { target } = await playInjector(stage, {
      word: 'FORBIDDEN',
      aims: ['both', 'client', 'spray'],
      hops: [255, 128, 41, 112],
      pauseMs: [120, 250],
      requests: 8,
      calm: 3,
      targets: [4, 9],
    })
    return [{ cause: 'injected-reset', resetBy: 'middlebox', connections: failures(target, 'ECONNRESET') }]
  },
})
