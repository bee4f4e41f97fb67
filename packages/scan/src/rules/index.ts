import type { Rule } from '../rule.ts'
import { httpClientPerCall } from './csharp/http-client-per-call.ts'
import { responseHeadersReadUndisposed } from './csharp/response-headers-read-undisposed.ts'
import { soLingerZeroCsharp } from './csharp/so-linger-zero.ts'
import { bodyNotClosed } from './go/body-not-closed.ts'
import { bodyNotDrained } from './go/body-not-drained.ts'
import { soLingerZeroGo } from './go/so-linger-zero.ts'
import { transportPerCall } from './go/transport-per-call.ts'
import { httpGetWithoutTimeout } from './go/http-get-without-timeout.ts'
import { httpClientNotClosed } from './java/http-client-not-closed.ts'
import { okhttpCallbackNotClosed } from './java/okhttp-callback-not-closed.ts'
import { okhttpResponseNotClosed } from './java/okhttp-response-not-closed.ts'
import { responseNotClosed } from './java/response-not-closed.ts'
import { responseStreamUnread } from './java/response-stream-unread.ts'
import { soLingerZero } from './java/so-linger-zero.ts'
import { urlConnectionDisconnected } from './java/url-connection-disconnected.ts'
import { urlConnectionBodyUnread } from './java/url-connection-body-unread.ts'
import { urlConnectionStreamNotClosed } from './java/url-connection-stream-not-closed.ts'
import { urlConnectionWithoutTimeout } from './java/url-connection-without-timeout.ts'
import { httpRequestWithoutTimeout } from './java/http-request-without-timeout.ts'
import { agentPerCall } from './javascript/agent-per-call.ts'
import { axiosStreamUnread } from './javascript/axios-stream-unread.ts'
import { bodyCancelled } from './javascript/body-cancelled.ts'
import { fetchBodyUnread } from './javascript/fetch-body-unread.ts'
import { httpGetBodyUnread } from './javascript/http-get-body-unread.ts'
import { keepAliveTimeoutShort } from './javascript/keep-alive-timeout-short.ts'
import { resetAndDestroy } from './javascript/reset-and-destroy.ts'
import { undiciBodyUnread } from './javascript/undici-body-unread.ts'
import { httpClientNotClosedKotlin } from './kotlin/http-client-not-closed.ts'
import { okhttpCallbackNotClosedKotlin } from './kotlin/okhttp-callback-not-closed.ts'
import { okhttpResponseNotClosedKotlin } from './kotlin/okhttp-response-not-closed.ts'
import { soLingerZeroKotlin } from './kotlin/so-linger-zero.ts'
import { urlConnectionBodyUnreadKotlin } from './kotlin/url-connection-body-unread.ts'
import { aiohttpResponseUnread } from './python/aiohttp-response-unread.ts'
import { requestsStreamUnread } from './python/requests-stream-unread.ts'
import { requestsWithoutTimeout } from './python/requests-without-timeout.ts'
import { sessionPerCall } from './python/session-per-call.ts'
import { soLingerZeroPython } from './python/so-linger-zero.ts'
import { urlopenNotClosed } from './python/urlopen-not-closed.ts'

export const RULES: readonly Rule[] = [
  httpClientPerCall,
  responseHeadersReadUndisposed,
  soLingerZeroCsharp,
  bodyNotClosed,
  bodyNotDrained,
  soLingerZeroGo,
  transportPerCall,
  httpGetWithoutTimeout,
  httpClientNotClosed,
  okhttpCallbackNotClosed,
  okhttpResponseNotClosed,
  responseNotClosed,
  responseStreamUnread,
  soLingerZero,
  urlConnectionBodyUnread,
  urlConnectionDisconnected,
  urlConnectionStreamNotClosed,
  urlConnectionWithoutTimeout,
  httpRequestWithoutTimeout,
  agentPerCall,
  axiosStreamUnread,
  bodyCancelled,
  fetchBodyUnread,
  httpGetBodyUnread,
  keepAliveTimeoutShort,
  resetAndDestroy,
  undiciBodyUnread,
  httpClientNotClosedKotlin,
  okhttpCallbackNotClosedKotlin,
  okhttpResponseNotClosedKotlin,
  soLingerZeroKotlin,
  urlConnectionBodyUnreadKotlin,
  aiohttpResponseUnread,
  requestsStreamUnread,
  requestsWithoutTimeout,
  sessionPerCall,
  soLingerZeroPython,
  urlopenNotClosed,
]
