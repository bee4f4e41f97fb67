import { defineRule } from '../../rule.ts'

export const httpClientNotClosed = defineRule({
  id: 'http-client-not-closed',
  language: 'java',
  title: 'an HTTP client is made for one call and never closed',
  words:
    /\bHttpClients\b|\bHttpClientBuilder\b|\bHttpAsyncClients\b|\bDefaultHttpClient\b|\bClientBuilder\b|\bOkHttpClient\b|\bHttpClient\.new|HttpComponentsClientHttpRequestFactory/,
  notIn: /^(?:main|<init>|setUp|init|before\w*|configure)$/i,
  find: {
    any: [
      {
        kind: 'method_invocation',
        regex: '^(?:HttpClients|HttpAsyncClients|HttpClientBuilder)\\s*\\.[\\s\\S]*',
        has: { field: 'name', regex: '^(?:build|createDefault|createSystem|createMinimal)$' },
      },
      {
        kind: 'method_invocation',
        regex: '^ClientBuilder\\s*\\.',
        has: { field: 'name', regex: '^(?:build|newClient)$' },
      },
      {
        kind: 'object_creation_expression',
        has: {
          field: 'type',
          regex: '^(?:DefaultHttpClient|OkHttpClient|HttpComponentsClientHttpRequestFactory)$',
        },
      },
      {
        kind: 'method_invocation',
        regex: '^new\\s+OkHttpClient\\.Builder\\s*\\(',
        has: { field: 'name', regex: '^build$' },
      },
      {
        kind: 'method_invocation',
        regex: '^HttpClient\\s*\\.\\s*(?:newHttpClient|newBuilder)',
        has: { field: 'name', regex: '^(?:build|newHttpClient)$' },
      },
    ],
  },
  unless: {
    any: [
      // Built from another one, it shares that one's pool; the first lives on in the second.
      { inside: { kind: 'method_invocation', has: { field: 'name', regex: '^newBuilder$' } } },
      { inside: { kind: 'field_declaration', stopBy: { kind: 'method_declaration' } } },
      { all: [{ inside: { kind: 'expression_statement' } }, { kind: 'object_creation_expression' }] },
    ],
  },
  flow: {
    opens: 'value',
    ends: [
      'close',
      'shutdown',
      'shutdownNow',
      'destroy',
      'getConnectionManager',
      'dispatcher',
      'connectionPool',
    ],
    looks: 'all',
    wrapsIn: ['RestTemplate', 'HttpComponentsClientHttpRequestFactory'],
  },
  reports: {
    never: {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a client with a connection pool of its own is made for this call and never closed: its connections pile up in CLOSE_WAIT until a garbage collection, or for ever',
    },
    'some-path': {
      severity: 'info',
      confidence: 0.7,
      message: 'a path (to {line}) leaves this client, and the connections of its pool, unclosed',
    },
    collected: {
      severity: 'warning',
      confidence: 0.8,
      message:
        'a client is made here each time and put into {into}, which nothing ever empties: its connections pile up in CLOSE_WAIT for ever',
    },
  },
  causes: ['data-after-close', 'garbage-collected', 'keep-alive-race'],
  fix: `// one for all calls
private static final CloseableHttpClient CLIENT = HttpClients.createDefault();
// or, for a single use:
try (CloseableHttpClient client = HttpClients.createDefault()) { … }`,
  samples: {
    faulty: [
      {
        code: `class A {\n  String f(String u) throws Exception {\n    CloseableHttpClient c = HttpClients.createDefault();\n    return EntityUtils.toString(c.execute(new HttpGet(u)).getEntity());\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  final List<CloseableHttpClient> all = new ArrayList<>();\n  void f() {\n    all.add(HttpClients.createDefault());\n  }\n}`,
        lines: [4],
        outcome: 'collected',
      },
      {
        code: `class A {\n  int f(String u) throws Exception {\n    OkHttpClient c = new OkHttpClient.Builder().build();\n    try (Response r = c.newCall(req(u)).execute()) { return r.code(); }\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(String u) throws Exception {\n    HttpClient c = HttpClient.newHttpClient();\n    return c.send(req(u), ofString()).body();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  CloseableHttpClient make() { return HttpClients.custom().build(); }\n  void f(HttpGet g) throws Exception {\n    CloseableHttpClient c = make();\n    c.execute(g, handler);\n  }\n}`,
        lines: [4],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(String u) {\n    Client c = ClientBuilder.newClient();\n    return c.target(u).request().get(String.class);\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(String u) {\n    Client c = ClientBuilder.newBuilder().register(X.class).build();\n    if (u == null) return null;\n    String s = c.target(u).request().get(String.class);\n    c.close();\n    return s;\n  }\n}`,
        lines: [3],
        outcome: 'some-path',
      },
      {
        code: `class A {\n  String f(String u) {\n    HttpComponentsClientHttpRequestFactory made = new HttpComponentsClientHttpRequestFactory();\n    RestTemplate t = new RestTemplate(made);\n    return t.getForObject(u, String.class);\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `class A {\n  OkHttpClient f() {\n    OkHttpClient c = new OkHttpClient().newBuilder().build();\n    return c;\n  }\n}`,
      `class A {\n  String f(String u) {\n    Client c = ClientBuilder.newClient();\n    try { return c.target(u).request().get(String.class); } finally { c.close(); }\n  }\n}`,
      `class A {\n  @Bean RestTemplate template() {\n    return new RestTemplate(new HttpComponentsClientHttpRequestFactory());\n  }\n}`,
      `class A {\n  String f(String u) throws Exception {\n    HttpComponentsClientHttpRequestFactory made = new HttpComponentsClientHttpRequestFactory();\n    try { return new RestTemplate(made).getForObject(u, String.class); } finally { made.destroy(); }\n  }\n}`,
      `class A {\n  String f(String u) throws Exception {\n    try (CloseableHttpClient c = HttpClients.createDefault()) { return g(c.execute(new HttpGet(u))); }\n  }\n}`,
      `class A {\n  final CloseableHttpClient c = HttpClients.createDefault();\n}`,
      `class A {\n  A() { this.c = HttpClients.createDefault(); }\n}`,
      `class A {\n  void f(boolean shared) throws Exception {\n    CloseableHttpClient one = shared ? HttpClients.createDefault() : null;\n    if (!shared) HttpClients.createDefault().close();\n    work();\n    if (shared) one.close();\n  }\n}`,
      `class A {\n  void f() throws Exception {\n    CloseableHttpClient c = null;\n    try { c = HttpClients.createDefault(); c.execute(g, h); } finally { if (c != null) c.close(); }\n  }\n}`,
      `class A {\n  Api f() { OkHttpClient c = new OkHttpClient(); return new Retrofit.Builder().client(c).build(); }\n}`,
      `class A {\n  final List<CloseableHttpClient> all = new ArrayList<>();\n  void f() { all.add(HttpClients.createDefault()); }\n  void stop() throws Exception { for (CloseableHttpClient c : all) c.close(); }\n}`,
    ],
  },
})
