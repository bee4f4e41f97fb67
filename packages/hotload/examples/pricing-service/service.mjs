/** An HTTP service whose pricing rule is a package of its own: `GET /quote?amount=12&price=5`. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { hotload, httpSource } from '@whyreset/hotload'

const SAMPLE = { amount: 12, price: 5 }

/** @param {{ provider: string, trust: readonly string[], store: string, port?: number }} options */
export async function startService({ provider, trust, store, port = 0 }) {
  const pricing = await hotload({
    name: 'pricing',
    source: httpSource(provider, { trust, every: '30s', push: true }),
    store,
    // A rule that cannot price the sample is never used.
    probe: async (api) => (await api.quote(SAMPLE)).total > 0,
  })
  const server = createServer((request, response) => void answer(request, response))
  async function answer(request, response) {
    const { searchParams } = new URL(request.url ?? '/', 'http://service')
    const order = { amount: Number(searchParams.get('amount')), price: Number(searchParams.get('price')) }
    try {
      const quote = await pricing.api.quote(order)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(quote))
    } catch (error) {
      response.statusCode = 500
      response.end(error.message)
    }
  }
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    pricing,
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.close()
      await once(server, 'close')
      await pricing.close()
    },
  }
}
