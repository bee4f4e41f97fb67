import { defineRule } from '../../rule.ts'
import { OKHTTP_RESPONSE } from '../okhttp-response.ts'

export const okhttpCallbackNotClosedKotlin = defineRule({
  id: 'okhttp-callback-not-closed-kotlin',
  language: 'kotlin',
  title: 'a callback of OkHttp neither reads nor closes the response that it is given',
  words: /\bonResponse\b/,
  requires: /\bokhttp3?\b/,
  // A callback of Retrofit has the same name; there the body is read already.
  excludes: /\bretrofit2?\b/,
  find: {
    kind: 'function_declaration',
    regex: '\\bfun\\s+onResponse\\s*\\(\\s*\\w+\\s*:\\s*Call\\s*,\\s*\\w+\\s*:\\s*Response\\s*,?\\s*\\)',
    has: { kind: 'simple_identifier', regex: '^onResponse$' },
  },
  flow: {
    opens: 'parameter',
    ...OKHTTP_RESPONSE,
    hands: ['let', 'also', 'run'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.8,
      message:
        'the callback neither reads nor closes the response: its connection leaks ("A connection to … was leaked") until a garbage collection resets it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.75,
      message: 'a path (to {line}) leaves the response unread and unclosed: its connection leaks there',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `override fun onResponse(call: Call, response: Response) {
  response.use {
    if (it.isSuccessful) use(it.body!!.string())
  }
}`,
  isOffByDefault: true,
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
      `fun Request.enqueue(onResponse: (Response) -> Unit) {\n  client.newCall(this).enqueue(object : Callback {\n    override fun onResponse(call: Call, response: Response) {\n      onResponse(response)\n    }\n  })\n}`,
      `class A : Callback {\n  override fun onResponse(call: Call, response: Response) {\n    response.use { tell(it.code) }\n  }\n}`,
      `class A : Callback {\n  override fun onResponse(call: Call, response: Response) {\n    continuation.resume(response)\n  }\n}`,
    ],
  },
})
