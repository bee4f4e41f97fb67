import type { Rule } from '../rule.ts'
import { httpClientNotClosed } from './java/http-client-not-closed.ts'
import { urlConnectionBodyUnread } from './java/url-connection-body-unread.ts'
import { fetchBodyUnread } from './javascript/fetch-body-unread.ts'

export const RULES: readonly Rule[] = [fetchBodyUnread, httpClientNotClosed, urlConnectionBodyUnread]
