import { defineScenario } from '../scenario.ts'
import { playInjector } from './play-injector.ts'

export const blindResets = defineScenario({
  name: 'blind-resets',
  cause: 'ignored-reset',
  explain:
    'Somebody forges resets with sequence numbers that are not exact, inside or outside the window: the kernel ignores them or answers with challenge ACKs, and all connections live on and close with FIN.',
  needs: ['python3'],
  async run(stage) {
    const { device } = await playInjector(stage, {
      word: 'TARGET',
      aims: ['inside', 'outside'],
      hops: [255, 200, 64],
      pauseMs: [150, 300],
      requests: 12,
      calm: 2,
      targets: [3, 7],
    })
    return [{ cause: 'ignored-reset', resetBy: 'middlebox', connections: device.told('forged').length }]
  },
})
