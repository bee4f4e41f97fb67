import type { RunnableCause } from '../cause.ts'
import { abortiveClose } from './abortive-close.ts'
import { acceptQueueOverflow } from './accept-queue-overflow.ts'
import { callerGaveUp } from './caller-gave-up.ts'
import { connectionRefused } from './connection-refused.ts'
import { dataAfterClose } from './data-after-close.ts'
import { garbageCollected } from './garbage-collected.ts'
import { halfOpen } from './half-open.ts'
import { healthProbe } from './health-probe.ts'
import { idleTimeoutReset } from './idle-timeout-reset.ts'
import { ignoredReset } from './ignored-reset.ts'
import { injectedReset } from './injected-reset.ts'
import { keepAliveRace } from './keep-alive-race.ts'
import { keepaliveTimeout } from './keepalive-timeout.ts'
import { lateReset } from './late-reset.ts'
import { listenerClosed } from './listener-closed.ts'
import { middleboxIdleTimeout } from './middlebox-idle-timeout.ts'
import { natStateLost } from './nat-state-lost.ts'
import { policyReject } from './policy-reject.ts'
import { portReuse } from './port-reuse.ts'
import { portScan } from './port-scan.ts'
import { processExit } from './process-exit.ts'
import { requestUnread } from './request-unread.ts'
import { retransmissionTimeout } from './retransmission-timeout.ts'
import { tlsFailure } from './tls-failure.ts'
import { unreadData } from './unread-data.ts'

/** Every cause of a reset that was seen. Order decides nothing but the order of equal alternatives. */
export const CAUSES: readonly RunnableCause[] = [
  garbageCollected,
  unreadData,
  requestUnread,
  callerGaveUp,
  processExit,
  listenerClosed,
  tlsFailure,
  abortiveClose,
  idleTimeoutReset,
  keepAliveRace,
  dataAfterClose,
  halfOpen,
  portReuse,
  connectionRefused,
  acceptQueueOverflow,
  keepaliveTimeout,
  retransmissionTimeout,
  middleboxIdleTimeout,
  policyReject,
  injectedReset,
  natStateLost,
  healthProbe,
  portScan,
  lateReset,
  ignoredReset,
]
