import { expect, it } from 'vitest'
import { readSaved } from './saved-diagnosis.ts'

it('an answer that is too large is refused before all of it is read', async () => {
  let given = 0
  async function* open(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += 1
      yield new Uint8Array(1_000_000)
    }
  }
  const saved = await readSaved({ name: 'd.json', replay: false, open }, 3_000_000)
  expect(saved).toEqual({
    ok: false,
    complaint: 'is a saved answer of more than 3 MB, which --json never writes: analyse its evidence again',
  })
  expect(given).toBe(4)
})
