import { describe, expect, it } from 'vitest'
import { loadGrammars } from '../languages/grammars.ts'
import { languageOf } from '../languages/index.ts'
import { scanSource } from '../scan-source.ts'
import { RULES } from './index.ts'

const IMPORTS: Readonly<Record<string, string>> = {
  '.java':
    'import org.apache.http.client.methods.*; import org.apache.hc.client5.http.classic.methods.*; import okhttp3.*; import java.net.http.*; import java.net.*; class A { static final String BASE = "https://example.com";',
  '.kt': 'import okhttp3.*; import java.net.HttpURLConnection',
  '.ts': `import http, { Agent, get } from 'node:http'; import https from 'node:https'; import axios from 'axios'; import * as undici from 'undici'`,
  '.py': 'import requests, httpx, aiohttp, socket, struct, urllib.request',
  '.go': 'package a; import ("net/http"; "net"; "io")',
  '.cs': 'using System.Net.Http; using System.Net.Sockets; class A {',
}
const END: Readonly<Record<string, string>> = { '.java': '}', '.cs': '}' }

/** Rules that speak, of code as somebody writes it who knows none of them. */
function rulesOf(extension: string, code: string): string[] {
  const grammars = loadGrammars()
  const language = languageOf(extension)
  if (!grammars.ok || language === undefined) throw new Error('no grammar')
  const text = `${IMPORTS[extension]}\n${code}\n${END[extension] ?? ''}\n`
  const { places, problems } = scanSource(
    { name: `a${extension}`, text, extension, language },
    { rules: RULES, grammars },
  )
  expect(problems).toEqual([])
  return places.map(({ rule }) => rule)
}

const JAVA: [string, string, string][] = [
  [
    'Apache 4 client per call',
    'http-client-not-closed',
    'String f(String u) throws Exception { CloseableHttpClient c = HttpClients.custom().setMaxConnTotal(3).build(); CloseableHttpResponse r = c.execute(new HttpGet(u)); String s = EntityUtils.toString(r.getEntity()); r.close(); return s; }',
  ],
  [
    'Apache 4 client of old',
    'http-client-not-closed',
    'String f(String u) throws Exception { HttpClient c = new DefaultHttpClient(); return EntityUtils.toString(c.execute(new HttpGet(u)).getEntity()); }',
  ],
  [
    'Apache 5 client per call',
    'http-client-not-closed',
    'void f(String u) throws Exception { CloseableHttpClient c = HttpClientBuilder.create().build(); c.execute(new HttpGet(u), handler); }',
  ],
  [
    'OkHttp client per call',
    'http-client-not-closed',
    'String f(String u) throws Exception { return new OkHttpClient().newCall(req(u)).execute().body().string(); }',
  ],
  [
    'java.net.http client per call',
    'http-client-not-closed',
    'String f(URI u) throws Exception { return HttpClient.newBuilder().connectTimeout(t).build().send(req(u), BodyHandlers.ofString()).body(); }',
  ],
  [
    'Jersey client per call',
    'http-client-not-closed',
    'String f(String u) { return ClientBuilder.newClient().target(u).request().get(String.class); }',
  ],
  [
    'RestTemplate factory per call',
    'http-client-not-closed',
    'String f(String u) { RestTemplate t = new RestTemplate(new HttpComponentsClientHttpRequestFactory()); return t.getForObject(u, String.class); }',
  ],
  [
    'date of a URLConnection',
    'url-connection-body-unread',
    'long f(URL u) throws Exception { URLConnection c = u.openConnection(); return c.getDate(); }',
  ],
  [
    'length of a URLConnection',
    'url-connection-body-unread',
    'int f(String u) throws Exception { return new URL(u).openConnection().getContentLength(); }',
  ],
  [
    'header of a URLConnection',
    'url-connection-body-unread',
    'String f(URL u) throws Exception { HttpURLConnection c = (HttpURLConnection) u.openConnection(); c.connect(); return c.getHeaderField("ETag"); }',
  ],
  [
    'status of a URLConnection',
    'url-connection-body-unread',
    'boolean f(URL u) { try { HttpURLConnection c = (HttpURLConnection) u.openConnection(); c.setConnectTimeout(9); c.setReadTimeout(9); return c.getResponseCode() == 200; } catch (Exception e) { return false; } }',
  ],
  [
    'OkHttp response not closed',
    'okhttp-response-not-closed',
    'int f(Request q) throws Exception { Response r = client.newCall(q).execute(); return r.code(); }',
  ],
  [
    'OkHttp early return',
    'okhttp-response-not-closed',
    'String f(Request q) throws Exception { Response r = client.newCall(q).execute(); if (r.code() == 404) { return null; } String s = r.body().string(); r.close(); return s; }',
  ],
  [
    'OkHttp callback',
    'okhttp-callback-not-closed',
    'void f(Request q) { client.newCall(q).enqueue(new Callback() { public void onResponse(Call call, Response response) { log(response.code()); } public void onFailure(Call c, IOException e) { } }); }',
  ],
  [
    'Apache response not closed',
    'response-not-closed',
    'int f(HttpGet g) throws Exception { CloseableHttpResponse r = httpClient.execute(g); return r.getStatusLine().getStatusCode(); }',
  ],
  [
    'Apache early return',
    'response-not-closed',
    'String f(HttpGet g) throws Exception { CloseableHttpResponse r = httpClient.execute(g); if (r.getCode() != 200) throw new Exception("x"); String s = EntityUtils.toString(r.getEntity()); r.close(); return s; }',
  ],
  [
    'Apache exception before close',
    'response-not-closed',
    'String f(HttpGet g) throws Exception { CloseableHttpResponse r = httpClient.execute(g); String s = parse(r.getStatusLine()); r.close(); return s; }',
  ],
  [
    'SO_LINGER 0',
    'so-linger-zero',
    'void f(Socket s) throws Exception { s.setSoLinger(true, 0); s.close(); }',
  ],
  [
    'URLConnection without a timeout',
    'url-connection-without-timeout',
    'String f(URL u) throws Exception { try (InputStream in = u.openConnection().getInputStream()) { return read(in); } }',
  ],
  [
    'java.net.http without a timeout',
    'http-request-without-timeout',
    'HttpRequest f(URI u) { return HttpRequest.newBuilder().uri(u).GET().build(); }',
  ],
]
const KOTLIN: [string, string, string][] = [
  [
    'OkHttp client per call',
    'http-client-not-closed',
    'fun f(u: String): String { val c = OkHttpClient(); return c.newCall(req(u)).execute().use { it.body!!.string() } }',
  ],
  [
    'OkHttp response not closed',
    'okhttp-response-not-closed',
    'fun f(q: Request): Int { val r = client.newCall(q).execute(); return r.code }',
  ],
  [
    'OkHttp call of its own',
    'okhttp-response-not-closed',
    'fun f(q: Request): Boolean { val call = client.newCall(q); return call.execute().isSuccessful }',
  ],
  [
    'OkHttp callback',
    'okhttp-callback-not-closed',
    'fun f(q: Request) { client.newCall(q).enqueue(object : Callback { override fun onFailure(call: Call, e: IOException) {}\n override fun onResponse(call: Call, response: Response) { log(response.code) } }) }',
  ],
  [
    'length of a URLConnection',
    'url-connection-body-unread',
    'fun f(u: URL): Int { val c = u.openConnection() as HttpURLConnection; return c.contentLength }',
  ],
  ['SO_LINGER 0', 'so-linger-zero', 'fun f(s: Socket) { s.setSoLinger(true, 0) }'],
]
const SCRIPT: [string, string, string][] = [
  [
    'status of fetch',
    'fetch-body-unread',
    'async function f(u) { const r = await fetch(u); return r.status }',
  ],
  [
    'ok of fetch, thrown',
    'fetch-body-unread',
    'async function f(u) { const res = await fetch(u); if (!res.ok) { throw new Error(`status ${res.status}`) } return await res.json() }',
  ],
  [
    'headers of fetch in then',
    'fetch-body-unread',
    'const f = (u) => fetch(u).then((res) => res.headers.get("etag"))',
  ],
  [
    'status of undici',
    'fetch-body-unread',
    'async function f(u) { const { statusCode } = await undici.request(u); return statusCode === 200 }',
  ],
  [
    'body cancelled',
    'body-cancelled',
    'async function f(u) { const res = await fetch(u); await res.body.cancel() }',
  ],
  [
    'agent per call',
    'agent-per-call',
    'function f(u) { return axios.get(u, { httpsAgent: new https.Agent({ keepAlive: true }) }) }',
  ],
  [
    'undici agent per call',
    'agent-per-call',
    'async function f(u) { const d = new undici.Agent(); const r = await fetch(u, { dispatcher: d }); return r.json() }',
  ],
  [
    'http.get not consumed',
    'http-get-body-unread',
    'function f(u, done) { http.get(u, (res) => { done(res.statusCode) }) }',
  ],
  [
    'https.request not consumed',
    'http-get-body-unread',
    'function f(o) { const req = https.request(o, function (res) { console.log(res.headers) }); req.end() }',
  ],
  [
    'axios stream',
    'axios-stream-unread',
    'async function f(u) { const res = await axios({ url: u, responseType: "stream" }); return res.status }',
  ],
  ['resetAndDestroy', 'reset-and-destroy', 'function f(socket) { socket.resetAndDestroy() }'],
  [
    'keepAliveTimeout',
    'keep-alive-timeout-short',
    'const server = http.createServer(f); server.keepAliveTimeout = 5000',
  ],
]
const PYTHON: [string, string, string][] = [
  [
    'requests stream',
    'requests-stream-unread',
    'def f(u):\n    r = requests.get(u, stream=True)\n    return r.headers["etag"]',
  ],
  [
    'httpx send stream',
    'requests-stream-unread',
    'def f(c, q):\n    r = c.send(q, stream=True)\n    return r.status_code',
  ],
  [
    'httpx stream without with',
    'requests-stream-unread',
    'def f(c, u):\n    r = c.stream("GET", u).__enter__()\n    return r.status_code',
  ],
  [
    'aiohttp',
    'aiohttp-response-unread',
    'async def f(session, u):\n    r = await session.get(u)\n    return r.status',
  ],
  ['urlopen', 'urlopen-not-closed', 'def f(u):\n    return urllib.request.urlopen(u).status'],
  [
    'requests session per call',
    'session-per-call',
    'def f(u):\n    s = requests.Session()\n    return s.get(u, timeout=3).json()',
  ],
  [
    'aiohttp session per call',
    'session-per-call',
    'async def f(u):\n    s = aiohttp.ClientSession()\n    r = await s.get(u)\n    return await r.text()',
  ],
  [
    'httpx client per call',
    'session-per-call',
    'def f(u):\n    c = httpx.Client()\n    return c.get(u).text',
  ],
  [
    'SO_LINGER 0',
    'so-linger-zero',
    'def f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))\n    s.close()',
  ],
  ['requests without a timeout', 'requests-without-timeout', 'def f(u):\n    return requests.get(u).json()'],
]
const GO: [string, string, string][] = [
  [
    'body not closed',
    'body-not-closed',
    'func f(u string) int {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn 0\n\t}\n\treturn resp.StatusCode\n}',
  ],
  [
    'body not closed on an early return',
    'body-not-closed',
    'func f(c *http.Client, q *http.Request) error {\n\tclient := c\n\tresp, err := client.Do(q)\n\tif err != nil {\n\t\treturn err\n\t}\n\tif resp.StatusCode >= 400 {\n\t\treturn errBad\n\t}\n\tdefer resp.Body.Close()\n\treturn nil\n}',
  ],
  [
    'body closed, not drained',
    'body-not-drained',
    'func f(u string) bool {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn false\n\t}\n\tdefer resp.Body.Close()\n\treturn resp.StatusCode == 200\n}',
  ],
  [
    'transport per call',
    'transport-per-call',
    'func f(u string) error {\n\tc := &http.Client{Transport: &http.Transport{MaxIdleConns: 3}}\n\tresp, err := c.Get(u)\n\treturn use(resp, err)\n}',
  ],
  ['SetLinger(0)', 'so-linger-zero', 'func f(c *net.TCPConn) {\n\tc.SetLinger(0)\n\tc.Close()\n}'],
  [
    'without a timeout',
    'http-get-without-timeout',
    'func f(u string) (*http.Response, error) { return http.Get(u) }',
  ],
]
const CSHARP: [string, string, string][] = [
  [
    'HttpClient per call',
    'http-client-per-call',
    'async Task<string> F(string u) { var client = new HttpClient(); return await client.GetStringAsync(u); }',
  ],
  [
    'HttpClient per call, target-typed',
    'http-client-per-call',
    'async Task<string> F(string u) { HttpClient client = new(); return await client.GetStringAsync(u); }',
  ],
  [
    'ResponseHeadersRead not disposed',
    'response-headers-read-undisposed',
    'async Task<bool> F(string u) { var r = await client.GetAsync(u, HttpCompletionOption.ResponseHeadersRead); return r.IsSuccessStatusCode; }',
  ],
  [
    'ResponseHeadersRead of SendAsync, thrown',
    'response-headers-read-undisposed',
    'async Task<string> F(HttpRequestMessage q) { HttpResponseMessage r = await _http.SendAsync(q, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false); if (r.StatusCode != HttpStatusCode.OK) throw new Exception("x"); return await r.Content.ReadAsStringAsync(); }',
  ],
  [
    'LingerOption',
    'so-linger-zero',
    'void F(TcpClient c) { c.LingerState = new LingerOption(true, 0); c.Close(); }',
  ],
  ['Close(0)', 'so-linger-zero', 'void F(Socket socket) { socket.Close(0); }'],
]

describe.each([
  ['Java', '.java', JAVA],
  ['Kotlin', '.kt', KOTLIN],
  ['TypeScript', '.ts', SCRIPT],
  ['Python', '.py', PYTHON],
  ['Go', '.go', GO],
  ['C#', '.cs', CSHARP],
])('%s', (_, extension, cases) => {
  it.each(cases)('finds: %s (%s)', (_item, rule, code) => {
    expect(rulesOf(extension, code)).toContain(rule)
  })
})
