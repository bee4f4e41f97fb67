import type { Scenario } from '../scenario.ts'
import { backlogOverflow } from './backlog-overflow.ts'
import { blindResets } from './blind-resets.ts'
import { clientCertificateWanted } from './client-certificate-wanted.ts'
import { clientTimeout } from './client-timeout.ts'
import { closedPort } from './closed-port.ts'
import { dataAfterClose } from './data-after-close.ts'
import { exitingClient } from './exiting-client.ts'
import { fetchSmallFile } from './fetch-small-file.ts'
import { firewallIdle } from './firewall-idle.ts'
import { forgedReset } from './forged-reset.ts'
import { gatewayFailover } from './gateway-failover.ts'
import { hangUpIsAFin } from './hang-up-is-a-fin.ts'
import { haproxyChecks } from './haproxy-checks.ts'
import { healthProbe } from './health-probe.ts'
import { healthyBusyCollections } from './healthy-busy-collections.ts'
import { healthyIdleCloses } from './healthy-idle-closes.ts'
import { healthyLossyNetwork } from './healthy-lossy-network.ts'
import { healthyServices } from './healthy-services.ts'
import { healthySlowReaders } from './healthy-slow-readers.ts'
import { hotExtension } from './hot-extension.ts'
import { idleTimeoutServer } from './idle-timeout-server.ts'
import { keepaliveUnanswered } from './keepalive-unanswered.ts'
import { killedByOperator } from './killed-by-operator.ts'
import { killedServer } from './killed-server.ts'
import { lingerZeroClient } from './linger-zero-client.ts'
import { lingerZeroServer } from './linger-zero-server.ts'
import { listenerClosed } from './listener-closed.ts'
import { mixed } from './mixed.ts'
import { networkOutage } from './network-outage.ts'
import { nginxTimeouts } from './nginx-timeouts.ts'
import { pipelinedCommands } from './pipelined-commands.ts'
import { plainTextToTls } from './plain-text-to-tls.ts'
import { policyMidFlow } from './policy-mid-flow.ts'
import { policyNewConnections } from './policy-new-connections.ts'
import { poolRaceCrossing } from './pool-race-crossing.ts'
import { poolStale } from './pool-stale.ts'
import { portReused } from './port-reused.ts'
import { portScan } from './port-scan.ts'
import { repeatedSegments } from './repeated-segments.ts'
import { replacedHost } from './replaced-host.ts'
import { serverForgets } from './server-forgets.ts'
import { statusLineClient } from './status-line-client.ts'
import { story } from './story.ts'
import { storyFetch } from './story-fetch.ts'
import { storyFirstFix } from './story-first-fix.ts'
import { storyFixed } from './story-fixed.ts'
import { storyInContainers } from './story-in-containers.ts'
import { storyReproduction } from './story-reproduction.ts'
import { storySmallFile } from './story-small-file.ts'
import { timerBesideCollections } from './timer-beside-collections.ts'
import { uploadRefused } from './upload-refused.ts'

/** Every scenario: the reference story first, then in the order of the causes. */
export const SCENARIOS: readonly Scenario[] = [
  story,
  storyInContainers,
  storySmallFile,
  storyFirstFix,
  storyFixed,
  hotExtension,
  storyReproduction,
  storyFetch,
  mixed,
  serverForgets,
  pipelinedCommands,
  statusLineClient,
  timerBesideCollections,
  uploadRefused,
  clientTimeout,
  exitingClient,
  killedServer,
  listenerClosed,
  clientCertificateWanted,
  plainTextToTls,
  killedByOperator,
  lingerZeroClient,
  lingerZeroServer,
  idleTimeoutServer,
  nginxTimeouts,
  poolRaceCrossing,
  poolStale,
  dataAfterClose,
  replacedHost,
  portReused,
  closedPort,
  backlogOverflow,
  keepaliveUnanswered,
  networkOutage,
  firewallIdle,
  policyMidFlow,
  policyNewConnections,
  forgedReset,
  gatewayFailover,
  haproxyChecks,
  healthProbe,
  portScan,
  repeatedSegments,
  blindResets,
  hangUpIsAFin,
  fetchSmallFile,
  healthyBusyCollections,
  healthyIdleCloses,
  healthyLossyNetwork,
  healthyServices,
  healthySlowReaders,
]
