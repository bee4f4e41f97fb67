import { alsoIn } from '../../rule.ts'
import { urlConnectionBodyUnread } from '../java/url-connection-body-unread.ts'

export const urlConnectionBodyUnreadKotlin = alsoIn(urlConnectionBodyUnread, {
  language: 'kotlin',
  words: /\.openConnection\s*\(/,
  // Most other connections are to files and archives.
  requires: /\bHttps?URLConnection\b|"https?:/,
  find: { pattern: '$URL.openConnection($$$)' },
  unless: { inside: { kind: 'as_expression', regex: 'JarURLConnection$' } },
  flow: {
    opens: 'value',
    opensOn: [
      'lastModified',
      'contentLength',
      'contentLengthLong',
      'date',
      'expiration',
      'contentType',
      'contentEncoding',
      'headerFields',
      'responseCode',
      'responseMessage',
      'getHeaderField',
      'getHeaderFieldDate',
      'getHeaderFieldInt',
      'getHeaderFieldLong',
      'getHeaderFieldKey',
    ],
    ends: [
      'inputStream',
      'errorStream',
      'content',
      'getInputStream',
      'getErrorStream',
      'getContent',
      'disconnect',
      "setRequestMethod('HEAD')",
    ],
    looks: [
      'setRequestMethod',
      'setConnectTimeout',
      'setReadTimeout',
      'setDoOutput',
      'setDoInput',
      'setUseCaches',
      'setDefaultUseCaches',
      'setRequestProperty',
      'addRequestProperty',
      'setInstanceFollowRedirects',
      'setIfModifiedSince',
      'setFixedLengthStreamingMode',
      'setChunkedStreamingMode',
      'connect',
      'outputStream',
      'url',
      'requestMethod',
    ],
    hands: ['let'],
    looksIn: ['println', 'print'],
  },
  confidence: { never: 0.8, 'some-path': 0.75 },
  fix: `// the head is all that is wanted
connection.requestMethod = "HEAD"
val changed = connection.lastModified
// or read the body to its end:
connection.inputStream.use { it.copyTo(OutputStream.nullOutputStream()) }`,
  isOffByDefault: true,
  samples: {
    faulty: [
      {
        code: `fun changed(url: URL): Long {\n  val c = url.openConnection()\n  return c.lastModified\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `fun isUp(url: URL) = (url.openConnection() as HttpURLConnection).responseCode == 200`,
        lines: [1],
        outcome: 'never',
      },
      {
        code: `suspend fun isUp(url: URL, head: Boolean): Boolean = withContext(Dispatchers.IO) {\n  val c = url.openConnection() as HttpURLConnection\n  if (head) c.requestMethod = "HEAD"\n  c.connectTimeout = 100\n  c.responseCode == 200\n}`,
        lines: [5],
        outcome: 'some-path',
      },
      {
        code: `fun f(url: URL): String? {\n  val c = try {\n    url.openConnection() as HttpURLConnection\n  } catch (e: IOException) {\n    return null\n  }\n  if (c.responseCode != 200) return null\n  return c.inputStream.bufferedReader().use { it.readText() }\n}`,
        lines: [7],
        outcome: 'some-path',
      },
    ],
    fine: [
      `fun changed(url: URL): Long {\n  val c = url.openConnection() as HttpURLConnection\n  c.requestMethod = "HEAD"\n  return c.lastModified\n}`,
      `fun read(url: URL): String {\n  val c = url.openConnection() as HttpURLConnection\n  return if (c.responseCode == 200) c.inputStream.use { it.reader().readText() } else c.errorStream.use { it.reader().readText() }\n}`,
      `fun size(url: URL): Long {\n  val c = url.openConnection() as HttpURLConnection\n  try {\n    return c.contentLengthLong\n  } finally {\n    c.disconnect()\n  }\n}`,
      `fun open(url: URL): HttpURLConnection {\n  val c = url.openConnection() as HttpURLConnection\n  c.readTimeout = 1000\n  return c\n}`,
      `fun open(url: URL) = (url.openConnection() as HttpURLConnection).apply { requestMethod = "HEAD" }.lastModified`,
      `fun read(url: URL): String? = url.openConnection().let {\n  println(it.contentType)\n  it.inputStream.reader().readText()\n}`,
      `class A {\n  fun f(url: URL) {\n    val c = if (proxy == null) { url.openConnection() } else { url.openConnection(proxy) }\n    c.contentLength\n    this.connection = c\n  }\n}`,
    ],
  },
})
