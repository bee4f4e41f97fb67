import { defineRule } from '../../rule.ts'
import { OKHTTP_RESPONSE } from '../okhttp-response.ts'

export const okhttpCallbackNotClosed = defineRule({
  id: 'okhttp-callback-not-closed',
  language: 'java',
  title: 'a callback of OkHttp neither reads nor closes the response that it is given',
  words: /\bonResponse\b/,
  requires: /\bokhttp3?\b/,
  // A callback of Retrofit has the same name; there the body is read already.
  excludes: /\bretrofit2?\b/,
  find: {
    kind: 'method_declaration',
    all: [
      // The interface's own has none.
      { has: { field: 'body', kind: 'block' } },
      { has: { field: 'name', regex: '^onResponse$' } },
      { has: { field: 'parameters', regex: '\\bCall\\s+\\w+\\s*,[^<]*\\bResponse\\s+\\w+\\s*\\)$' } },
    ],
  },
  // To cancel a call closes its connection.
  unless: { regex: '\\bisCanceled\\b' },
  flow: {
    opens: 'parameter',
    ...OKHTTP_RESPONSE,
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
  fix: `public void onResponse(Call call, Response response) throws IOException {
  try (response) {
    if (!response.isSuccessful()) return;
    use(response.body().string());
  }
}`,
  samples: {
    faulty: [
      {
        code: `class A implements Callback {\n  @Override public void onResponse(Call call, Response response) {\n    tell(response.code());\n  }\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `class A {\n  void f(Request q) {\n    client.newCall(q).enqueue(new Callback() {\n      public void onFailure(Call call, IOException e) { }\n      public void onResponse(@NonNull Call call, @NonNull Response response) throws IOException {\n        if (!response.isSuccessful()) return;\n        use(response.body().string());\n      }\n    });\n  }\n}`,
        lines: [5],
        outcome: 'some-path',
      },
    ],
    fine: [
      `interface Callback {\n  void onResponse(Call call, Response response) throws IOException;\n}`,
      `class A implements Callback {\n  public void onResponse(Call call, Response response) throws IOException {\n    try (Response r = response) { tell(r.code()); }\n  }\n}`,
      `class A implements Callback {\n  public void onResponse(Call call, Response response) {\n    tell(response.code());\n    response.close();\n  }\n}`,
      `class A implements Callback {\n  public void onResponse(Call call, Response response) {\n    future.complete(response);\n  }\n}`,
      `class A implements Listener {\n  public void onResponse(String answer) { tell(answer); }\n}`,
    ],
  },
})
