import { defineCause, inconclusive, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { citeRst, citeUnread } from '../derive/cite.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { because, closer, unreadEvidence } from '../derive/unread.ts'

/** Above this the coincidence may be chance. */
const MAX_P_VALUE = 0.01
const PROVEN_P_VALUE = 0.001
/** With fewer bursts, the coincidence alone does not count: the log's reference counts or the kernel must agree. */
const MIN_BURSTS = 3
/** A smaller share of the bursts means that something else closes the connections. */
const MIN_SHARE = 0.5
/** What one or two bursts with reference counts must reach: in a busy log something is always just behind a collection. */
const MAX_P_VALUE_OF_FEW = 0.05
/** Where something else closed the rest, it may have closed all: the coincidence must then leave no doubt. */
const MAX_P_VALUE_OF_SOME = 0.001
/** Where collections are so frequent that chance matches nearly as many bursts, the count says nothing. */
const MIN_TIMES_CHANCE = 1.5
/** The same where some bursts missed a collection: chance must then be far from it. */
const MIN_TIMES_CHANCE_OF_SOME = 3
/** With more of the matched bursts before the end of a pause, the collections follow the closes. */
const MAX_EARLY_SHARE = 0.5
/** From here on, the few bursts that missed a collection are taken to have the same cause. */
const SHARE_FOR_ALL = 0.8
/**
 * Threads that close what was forgotten, cut to the kernel's 15 characters: java.lang.ref.Finalizer, Cleaner and
 * Reference, jdk.internal.ref.CleanerFactory; on Android libcore's Daemons; the finalizer of .NET.
 */
const CLOSING_THREADS =
  /^(?:Finalizer|Common-Cleaner|Cleaner-\d+|Reference Handl|Secondary final|ReferenceQueueD|\.NET Finalizer)/
/** Libraries poll reference queues in threads that they name for it (Netty, JNA, JDBC drivers): they tell neither way. */
const MAY_CLOSE = /clean|final|referenc|reap|abandon/i

/**
 * Wrong when a timer that happens to run in the collections' rhythm closes the connections (that is why the test is
 * against shifts of the very same collections), or when a process exits just after one. Missed when a program polls a
 * reference queue in a thread of its own that is named for something else, or a queue of weak references where the log
 * says that no others were found.
 */
export const garbageCollected = defineCause({
  id: 'garbage-collected',
  family: 'abnormal',
  scope: 'group',
  needs: ['reset', 'neighbours'],
  uses: ['gc'],
  evaluate({ reset, gc, neighbours }) {
    const unread = unreadEvidence(reset)
    if (unread === undefined) return ruledOut(reset.form === 'active' ? 'no-data-unread' : 'not-active')
    const thread = reset.kernelSent?.inInterrupt === false ? reset.kernelSent.task?.name : undefined
    const byFinalizer = thread !== undefined && CLOSING_THREADS.test(thread)
    const threadSays: Because[] = byFinalizer ? [{ id: 'closed-by-finalizer', values: { thread } }] : []
    // At the exit of a process any of its threads may be named.
    const exits = neighbours.refusedAfter !== undefined
    if (gc === undefined) {
      if (byFinalizer && !exits)
        return matched(
          'strong',
          { id: 'closed-by-finalizer', values: { thread } },
          [citeRst(reset), ...citeUnread(reset)],
          [because(unread)],
        )
      return inconclusive({ id: 'needs-gc-log', values: {} })
    }
    // A JVM closes what was forgotten in threads of its own. Go's finalizers and V8's callbacks run on any thread.
    if (gc.log.runtime === 'jvm' && isOwnThread(reset, thread))
      return ruledOut({ id: 'closed-by-own-thread', values: { thread } })
    const { coincidence } = gc
    const share = coincidence.of === 0 ? 0 : coincidence.matched / coincidence.of
    const found = coincidence
    const says: Because = {
      id: 'bursts-follow-collections',
      values: {
        matched: found.matched,
        of: found.of,
        withinMs: round(found.withinMs),
        expected: round(found.expectedByChance),
        pValue: found.pValue,
      },
    }
    const { final = 0, phantom = 0 } = gc.references
    const counted = final + phantom >= gc.resetsFollowing && gc.resetsFollowing > 0
    const references: Because[] = counted ? [{ id: 'references-found-dead', values: { final, phantom } }] : []
    const followed = gc.followedBy(reset)
    const proof: Citation[] = [citeRst(reset)]
    if (followed !== undefined) {
      const values = { name: followed.name, lagMs: round(followed.lagMs) }
      proof.push({ input: gc.input, line: followed.line, says: { id: 'proof-collection', values } })
    }
    proof.push(...citeUnread(reset))
    const isTimed =
      coincidence.pValue <= (share < SHARE_FOR_ALL ? MAX_P_VALUE_OF_SOME : MAX_P_VALUE) &&
      coincidence.matched >= MIN_BURSTS &&
      coincidence.matched >=
        coincidence.expectedByChance *
          (share < SHARE_FOR_ALL ? MIN_TIMES_CHANCE_OF_SOME : MIN_TIMES_CHANCE) &&
      share >= MIN_SHARE
    const also = [because(unread), ...threadSays, ...references, ...gc.clockSays]
    // One step of the program may both allocate and close. Clocks of two hosts that differ would look the same.
    if (isTimed && !byFinalizer && coincidence.early > coincidence.matched * MAX_EARLY_SHARE)
      return matched(
        'possible',
        { id: 'bursts-precede-collections', values: { early: found.early, matched: found.matched } },
        proof,
        also,
      )
    if (isTimed && (followed !== undefined || share >= SHARE_FOR_ALL || byFinalizer)) {
      // A fitted clock agrees with itself by construction: it is never proof.
      const isProven = (coincidence.pValue <= PROVEN_P_VALUE && gc.clock === 'printed') || byFinalizer
      return matched(isProven ? 'proven' : 'strong', says, proof, also)
    }
    if (byFinalizer && !exits)
      return matched('strong', { id: 'closed-by-finalizer', values: { thread } }, proof, also)
    // One or two bursts: each must follow a collection at once, and the log must have counted the dead references.
    const allFollow =
      coincidence.matched >= 1 && coincidence.matched === coincidence.of && coincidence.bursts < MIN_BURSTS
    const isFewTimed = allFollow && coincidence.pValue <= MAX_P_VALUE_OF_FEW
    if (isFewTimed && followed !== undefined && counted && gc.clock === 'printed' && gc.resetsFollowing >= 2)
      return matched('likely', says, proof, also)
    const areMostIdle = gc.idle > gc.collectionsMs.length
    if (areMostIdle && (coincidence.bursts >= MIN_BURSTS || coincidence.matched === 0))
      return ruledOut({
        id: 'collections-closed-nothing',
        values: { idle: gc.idle, matched: found.matched, of: found.of },
      })
    if (coincidence.bursts < MIN_BURSTS)
      return inconclusive({ id: 'needs-more-resets', values: { have: coincidence.bursts, want: MIN_BURSTS } })
    return ruledOut({
      id: 'no-coincidence',
      values: { matched: found.matched, of: found.of, pValue: found.pValue },
    })
  },
})

/** Whether the program itself closed: the kernel names a thread that is not known to serve the collector. */
function isOwnThread(reset: ResetFacts, thread: string | undefined): thread is string {
  if (thread === undefined || closer(reset) !== reset.sender) return false
  return !CLOSING_THREADS.test(thread) && !MAY_CLOSE.test(thread)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
