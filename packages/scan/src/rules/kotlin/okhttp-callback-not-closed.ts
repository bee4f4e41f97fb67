import { alsoIn } from '../../rule.ts'
import { okhttpCallbackNotClosed } from '../java/okhttp-callback-not-closed.ts'
import { OKHTTP_RESPONSE } from '../okhttp-response.ts'

export const okhttpCallbackNotClosedKotlin = alsoIn(okhttpCallbackNotClosed, {
  language: 'kotlin',
  words: /\bonResponse\b/,
  requires: /\bokhttp3?\b/,
  // A callback of Retrofit has the same name; there the body is read already.
  excludes: /\bretrofit2?\b/,
  find: {
    kind: 'function_declaration',
    regex: '\\bfun\\s+onResponse\\s*\\(\\s*\\w+\\s*:\\s*Call\\s*,\\s*\\w+\\s*:\\s*Response\\s*,?\\s*\\)',
    all: [
      { has: { kind: 'simple_identifier', regex: '^onResponse$' } },
      // The interface's own has none.
      { has: { kind: 'function_body' } },
    ],
  },
  // To cancel a call closes its connection.
  unless: { regex: '\\bisCanceled\\b' },
  flow: {
    opens: 'parameter',
    ...OKHTTP_RESPONSE,
    hands: ['let', 'also', 'run'],
  },
  confidence: { never: 0.8, 'some-path': 0.75 },
  fix: `override fun onResponse(call: Call, response: Response) {
  response.use {
    if (it.isSuccessful) use(it.body!!.string())
  }
}`,
  samples: {
    faulty: [
      {
        code: `class A : Callback {\n  override fun onResponse(call: Call, response: Response) {\n    tell(response.code)\n  }\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `fun f(q: Request) {\n  client.newCall(q).enqueue(object : Callback {\n    override fun onFailure(call: Call, e: IOException) {}\n    override fun onResponse(call: Call, response: Response) {\n      if (!response.isSuccessful) return\n      use(response.body!!.string())\n    }\n  })\n}`,
        lines: [4],
        outcome: 'some-path',
      },
    ],
    fine: [
      `interface Callback {\n  fun onResponse(call: Call, response: Response)\n}`,
      `class A : Callback {\n  override fun onResponse(call: Call, response: Response) {\n    if (!call.isCanceled()) {\n      continuation.resume(response)\n    }\n  }\n}`,
      `fun Request.enqueue(onResponse: (Response) -> Unit) {\n  client.newCall(this).enqueue(object : Callback {\n    override fun onResponse(call: Call, response: Response) {\n      onResponse(response)\n    }\n  })\n}`,
      `class A : Callback {\n  override fun onResponse(call: Call, response: Response) {\n    response.use { tell(it.code) }\n  }\n}`,
      `class A : Callback {\n  override fun onResponse(call: Call, response: Response) {\n    continuation.resume(response)\n  }\n}`,
    ],
  },
})
