import { alsoIn } from '../../rule.ts'
import { okhttpResponseNotClosed } from '../java/okhttp-response-not-closed.ts'
import { OKHTTP_RESPONSE } from '../okhttp-response.ts'

export const okhttpResponseNotClosedKotlin = alsoIn(okhttpResponseNotClosed, {
  language: 'kotlin',
  words: /\.execute\s*\(\s*\)/,
  requires: /\bokhttp3?\b/,
  // An answer from the cache alone has no connection.
  excludes: /\bretrofit2?\b|\bFORCE_CACHE\b/,
  find: {
    any: [
      { pattern: '$CLIENT.newCall($$$).execute()' },
      // `val call = client.newCall(request)`
      {
        kind: 'call_expression',
        regex: '^\\w*[cC]all\\s*\\.\\s*execute\\s*\\(\\s*\\)$',
        inside: { kind: 'function_declaration', regex: 'newCall\\s*\\(', stopBy: 'end' },
      },
    ],
  },
  // The answer to a HEAD has no body, and OkHttp takes its connection back at once.
  unless: { inside: { kind: 'function_declaration', regex: '\\.head\\s*\\(\\s*\\)|"HEAD"', stopBy: 'end' } },
  flow: {
    opens: 'value',
    ...OKHTTP_RESPONSE,
    hands: ['let'],
  },
  confidence: { never: 0.9, 'some-path': 0.85 },
  fix: `client.newCall(request).execute().use { response ->
  if (!response.isSuccessful) throw IOException("status \${response.code}")
  return response.body!!.string()
}`,
  samples: {
    faulty: [
      {
        code: `fun f(q: Request): Int {\n  val call = client.newCall(q)\n  val r = call.execute()\n  return r.code\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `fun isUp(q: Request): Boolean = client.newCall(q).execute().isSuccessful`,
        lines: [1],
        outcome: 'never',
      },
      {
        code: `fun read(q: Request): String {\n  val r = client.newCall(q).execute()\n  if (!r.isSuccessful) throw IOException("status \${r.code}")\n  return r.body!!.string()\n}`,
        lines: [2],
        outcome: 'some-path',
      },
      {
        code: `fun send(q: Request) {\n  client.newCall(q).execute()\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `fun open(q: Request) = client.newCall(q).execute()\nfun isUp(q: Request): Boolean {\n  val r = open(q)\n  return r.code == 200\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `fun f(q: Request): Int {\n  val call = client.newCall(q)\n  return call.execute().use { it.code }\n}`,
      `fun isUp(u: String): Boolean {\n  val q = Request.Builder().url(u).head().build()\n  return client.newCall(q).execute().isSuccessful\n}`,
      `fun read(q: Request): String? {\n  val r = client.newCall(q).execute()\n  if (r.isSuccessful.not()) {\n    r.close()\n  } else if (r.isSuccessful) {\n    return r.body.string()\n  }\n  return null\n}`,
      `fun isUp(q: Request) = client.newCall(q).execute().use { it.isSuccessful }`,
      `fun read(q: Request): String? {\n  val r = client.newCall(q).execute()\n  r.use {\n    if (!it.isSuccessful) return null\n    return it.body?.string()\n  }\n}`,
      `fun read(q: Request): Response = client.newCall(q).execute()`,
      `fun read(q: Request): String? = client.newCall(q).execute().body?.string()`,
      `fun read(q: Request): String? = try {\n  client.newCall(q).execute().let { r -> r.body?.string() }\n} catch (e: IOException) {\n  null\n}`,
      `fun read(q: Request): Int {\n  var r: Response? = null\n  try {\n    r = client.newCall(q).execute()\n    return r.code\n  } finally {\n    r?.close()\n  }\n}`,
      `fun drain(r: Response) { r.close() }\nfun f(q: Request) {\n  val r = client.newCall(q).execute()\n  drain(r)\n}`,
      `fun f(q: Request) {\n  val r = when (mode) {\n    1 -> client.newCall(q).execute()\n    else -> client.newCall(other(q)).execute()\n  }\n  println(r.code)\n  r.close()\n}`,
    ],
  },
})
