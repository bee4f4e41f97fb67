import * as z from 'zod'

/** What several documents have in common. */
export const count = z.int().nonnegative()
export const amount = z.number().nonnegative()
export const probability = z.number().min(0).max(1)
export const messageSchema = z
  .object({
    id: z.string().describe('What is said; stable.'),
    values: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('What the sentence is made from; durations and sizes carry their unit in the key.'),
    text: z.string().describe('The same in English. May change at any time: rely on id and values.'),
  })
  .meta({ id: 'message', description: 'A sentence for people.' })

export const cause = z
  .enum([
    'garbage-collected',
    'unread-data',
    'request-unread',
    'caller-gave-up',
    'process-exit',
    'listener-closed',
    'tls-failure',
    'abortive-close',
    'idle-timeout-reset',
    'keep-alive-race',
    'data-after-close',
    'half-open',
    'port-reuse',
    'connection-refused',
    'accept-queue-overflow',
    'keepalive-timeout',
    'retransmission-timeout',
    'middlebox-idle-timeout',
    'policy-reject',
    'injected-reset',
    'nat-state-lost',
    'health-probe',
    'port-scan',
    'late-reset',
    'ignored-reset',
    'no-reset-on-wire',
    'unknown',
  ])
  .meta({ id: 'cause', description: 'Id of a cause; docs/causes has a page for each. Never renamed.' })

export const severity = z
  .enum(['error', 'warning', 'info'])
  .describe(
    'error: an attempt or an exchange failed, or data was lost; warning: possibly; info: nothing was lost.',
  )

export const resetBy = z
  .enum(['client', 'server', 'middlebox', 'unknown', 'none'])
  .meta({ id: 'resetBy', description: 'Who sent the reset; none where the wire shows no reset.' })

export const warningKind = z.enum(['close-wait-leak', 'stalled-reader', 'unanswered-data'])
