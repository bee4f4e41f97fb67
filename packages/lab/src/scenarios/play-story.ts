import type { Host } from '../network/host.ts'
import type { Program } from '../program.ts'
import type { Stage } from '../stage.ts'
import { jvmFlags } from './jvm.ts'

/** What the variants of the reference story differ in. */
export interface StoryVariant {
  /** One Apache HttpClient 4 for each request, never closed; or one for all, closed at the end. */
  readonly httpClient: 'per-request' | 'shared'
  /** What becomes of the response whose date was wanted: left unread, never sent (HEAD), or read. */
  readonly body: 'abandon' | 'head' | 'read'
  readonly archive: 'large' | 'small'
}

const KB = 1024
/** Small enough that it fits into the 8 KiB that the JDK reads ahead: nothing is left in the kernel. */
const SMALL_BYTES = { low: 600, high: 5000 }
const LARGE_BYTES = { low: 6_000_000, high: 30_000_000 }

/**
 * Plays the reference story: on a timer, a Java client asks a provider for its list of packages and for the date of
 * one package. `beside` makes other programs ready and returns how they play. Returns how many connections the provider
 * lost.
 */
export async function playStory(
  stage: Stage,
  variant: StoryVariant,
  beside?: (client: Host, server: Host) => Promise<() => Promise<void>>,
): Promise<number> {
  const { random } = stage
  const { client, server } = await stage.pair()
  const port = random.int(1024, 32_000)
  const { low, high } = variant.archive === 'large' ? LARGE_BYTES : SMALL_BYTES
  const bytes = random.int(low, high)
  // The provider ends idle connections; a client that nobody closes keeps them in CLOSE_WAIT.
  const provider = stage.node(server, 'http-server.mjs', {
    host: '0.0.0.0',
    port,
    keepAliveMs: 1500,
  })
  await provider.wait('ready')
  const java = startClient(stage, client, `http://${server.at(port)}`, bytes, variant)
  await java.wait('ready')
  const playBeside = await beside?.(client, server)
  await stage.record(client, server)
  java.say('go')
  await Promise.all([java.wait('done'), playBeside?.()])
  await stage.settle()
  return provider.told('lost').length
}

function startClient(
  stage: Stage,
  client: Host,
  base: string,
  bytes: number,
  variant: StoryVariant,
): Program {
  const { random } = stage
  const youngMb = random.int(4, 8)
  const everyMs = random.int(180, 320)
  const rounds = Math.round(random.int(10_000, 14_000) / everyMs)
  // A young collection each two to three seconds, as in a program that also does its work.
  const garbageKb = Math.round((youngMb * KB * everyMs) / random.int(2000, 3000))
  return stage.java(
    client,
    'HotClient.java',
    [
      `${base}/list.json?bytes=${random.int(200, 4000)}`,
      `${base}/extension.jar?bytes=${bytes}`,
      variant.httpClient,
      variant.body,
      everyMs,
      rounds,
      garbageKb,
    ],
    { flags: jvmFlags(stage, client, youngMb), httpClient4: true },
  )
}
