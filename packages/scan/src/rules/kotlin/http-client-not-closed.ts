import { alsoIn } from '../../rule.ts'
import { httpClientNotClosed } from '../java/http-client-not-closed.ts'

const BUILT = '[\\s\\S]*\\.\\s*build\\s*\\(\\s*\\)$'

export const httpClientNotClosedKotlin = alsoIn(httpClientNotClosed, {
  language: 'kotlin',
  words: /\bHttpClients\b|\bHttpClientBuilder\b|\bOkHttpClient\b|\bHttpClient\s*[({.]/,
  requires: /\bokhttp3?\.|\borg\.apache\.(?:http|hc)\b|\bjava\.net\.http\b|\bio\.ktor\.client\b/,
  // Where the client is made for others, or once for the program.
  notIn: /^(?:main|setUp|init|before\w*|configure\w*|provide\w*|create\w*|build\w*|new\w*|get\w*Client)$/i,
  find: {
    kind: 'call_expression',
    any: [
      { pattern: 'OkHttpClient()' },
      { regex: `^OkHttpClient\\s*\\.\\s*Builder\\s*\\(${BUILT}` },
      { regex: '^HttpClients\\s*\\.\\s*create(?:Default|System|Minimal)\\s*\\(\\s*\\)$' },
      { regex: `^(?:HttpClients\\s*\\.\\s*custom|HttpClientBuilder\\s*\\.\\s*create)\\s*\\(${BUILT}` },
      { regex: '^HttpClient\\s*\\.\\s*newHttpClient\\s*\\(\\s*\\)$' },
      { regex: `^HttpClient\\s*\\.\\s*newBuilder\\s*\\(${BUILT}` },
      // ktor: the outer of the two calls of `HttpClient(CIO) { … }`.
      {
        all: [
          { regex: '^HttpClient\\s*[({]' },
          { not: { has: { kind: 'navigation_expression' } } },
          { not: { inside: { kind: 'call_expression' } } },
        ],
      },
    ],
  },
  flow: {
    opens: 'value',
    ends: ['close', 'use', 'shutdown', 'shutdownNow', 'dispatcher', 'connectionPool', 'closeQuietly'],
    looks: [
      'newCall',
      'newWebSocket',
      'execute',
      'send',
      'sendAsync',
      'get',
      'post',
      'put',
      'delete',
      'patch',
      'head',
      'options',
      'request',
      'submitForm',
      'submitFormWithBinaryData',
      'prepareGet',
      'preparePost',
      'prepareRequest',
    ],
  },
  confidence: { never: 0.75, 'some-path': 0.6 },
  fix: `// one for all calls
private val client = OkHttpClient()
// or, for a single use of a client that can be closed:
HttpClient(CIO).use { client -> client.get(url) }`,
  isOffByDefault: true,
  samples: {
    faulty: [
      {
        code: `fun read(q: Request): String? {\n  val c = OkHttpClient()\n  return c.newCall(q).execute().use { it.body?.string() }\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `fun read(q: Request) = OkHttpClient.Builder().callTimeout(1, SECONDS).build().newCall(q).execute().use { it.code }`,
        lines: [1],
        outcome: 'never',
      },
      {
        code: `fun read(u: String): String {\n  val c = HttpClients.createDefault()\n  return EntityUtils.toString(c.execute(HttpGet(u)).entity)\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `fun read(q: HttpRequest): String = HttpClient.newHttpClient().send(q, ofString()).body()`,
        lines: [1],
        outcome: 'never',
      },
      {
        code: `suspend fun read(u: String): String {\n  val c = HttpClient(CIO) {\n    install(HttpTimeout)\n  }\n  return c.get(u).bodyAsText()\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `suspend fun read(u: String, q: Boolean): String? {\n  val c = HttpClient()\n  if (q) return null\n  val s = c.get(u).bodyAsText()\n  c.close()\n  return s\n}`,
        lines: [2],
        outcome: 'some-path',
      },
    ],
    fine: [
      `class A {\n  private val client = OkHttpClient()\n  val other by lazy { OkHttpClient.Builder().build() }\n  companion object { val C = HttpClient(CIO) }\n}`,
      `class A {\n  private val client: HttpClient\n  init { client = HttpClient(CIO) }\n}`,
      `suspend fun read(u: String) = HttpClient(CIO).use { it.get(u).bodyAsText() }`,
      `suspend fun read(u: String): String {\n  val c = HttpClient(CIO) { expectSuccess = true }\n  try {\n    return c.get(u).bodyAsText()\n  } finally {\n    c.close()\n  }\n}`,
      `fun api(): Api = Retrofit.Builder().client(OkHttpClient()).build().create(Api::class.java)`,
      `fun client(): OkHttpClient {\n  val c = OkHttpClient.Builder().build()\n  return c\n}`,
      `fun provideClient() { val c = OkHttpClient(); c.newCall(q) }`,
    ],
  },
})
