import type { CauseId, Family, Warning } from '@whyreset/core'

/** What has a page: causes by family, in the order in which they are listed; warnings are not causes yet. */
export const FAMILY_OF: Readonly<Record<CauseId | Warning['kind'], Family | 'warning'>> = {
  'garbage-collected': 'abnormal',
  'unread-data': 'abnormal',
  'request-unread': 'abnormal',
  'caller-gave-up': 'abnormal',
  'process-exit': 'abnormal',
  'listener-closed': 'abnormal',
  'tls-failure': 'abnormal',
  'abortive-close': 'deliberate',
  'idle-timeout-reset': 'deliberate',
  'keep-alive-race': 'unknown-connection',
  'data-after-close': 'unknown-connection',
  'half-open': 'unknown-connection',
  'port-reuse': 'unknown-connection',
  'connection-refused': 'refused',
  'accept-queue-overflow': 'refused',
  'keepalive-timeout': 'unresponsive',
  'retransmission-timeout': 'unresponsive',
  'middlebox-idle-timeout': 'middlebox',
  'policy-reject': 'middlebox',
  'injected-reset': 'middlebox',
  'nat-state-lost': 'middlebox',
  'health-probe': 'benign',
  'port-scan': 'benign',
  'late-reset': 'benign',
  'ignored-reset': 'benign',
  'no-reset-on-wire': 'benign',
  unknown: 'unknown',
  'close-wait-leak': 'warning',
  'stalled-reader': 'warning',
  'unanswered-data': 'warning',
}

/** How the families are introduced, in the order of the list. */
export const FAMILY_TITLES: Readonly<Record<Family | 'warning', string>> = {
  abnormal: 'abnormal: one party ended it without meaning to',
  deliberate: 'deliberate: one party reset it on purpose',
  'unknown-connection': 'unknown connection: the other side did not know it (any more)',
  refused: 'refused: it never came about',
  unresponsive: 'unresponsive: the other side did not answer',
  middlebox: 'middlebox: a device in between reset it',
  benign: 'benign: nothing was lost',
  unknown: 'unknown',
  warning: 'warnings: not reset yet',
}

/** Warnings in a line; the causes have their titles in the report. */
export const WARNING_TITLES: Readonly<Record<Warning['kind'], string>> = {
  'close-wait-leak': 'closed by the peer, never by the program',
  'stalled-reader': 'nobody reads: reset at the next collection',
  'unanswered-data': 'nobody acknowledges: the peer or the path is gone',
}
