import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import type { RequestListener } from 'node:http'
import {
  Key,
  Metadata,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models'

const FAR = '2999-01-01T00:00:00Z'

interface SigningKey {
  readonly key: Key
  readonly privateKey: KeyObject
}

/** A TUF repository with one key for each role, as files by path. */
export class TufRepository {
  readonly files = new Map<string, Uint8Array>()
  readonly asked: string[] = []
  #rootKey = newKey()
  #onlineKey = newKey()
  #rootVersion = 0
  /** Of timestamp, snapshot and targets. */
  version = 0

  constructor() {
    this.signRoot()
  }

  /** root.json as it is now: what a client is configured with. */
  get root(): string {
    return Buffer.from(this.files.get(`${this.#rootVersion}.root.json`) ?? []).toString()
  }

  /** The next root, signed by the key before it too; with other keys from then on. */
  rotate(): void {
    const before = this.#rootKey
    this.#rootKey = newKey()
    this.#onlineKey = newKey()
    this.signRoot([before])
  }

  signRoot(alsoBy: readonly SigningKey[] = []): void {
    this.#rootVersion += 1
    const root = new Root({ version: this.#rootVersion, expires: FAR, consistentSnapshot: false })
    root.addKey(this.#rootKey.key, 'root')
    for (const role of ['timestamp', 'snapshot', 'targets']) root.addKey(this.#onlineKey.key, role)
    this.#put(`${this.#rootVersion}.root.json`, root, [...alsoBy, this.#rootKey])
  }

  /** Signs which targets there are, under the next version. */
  publish(
    targets: Readonly<Record<string, Uint8Array>>,
    { timestampExpires = FAR, snapshotVersion = 0 } = {},
  ): void {
    this.version += 1
    const { version } = this
    const listed = new Targets({ version, expires: FAR })
    for (const [path, bytes] of Object.entries(targets))
      listed.addTarget(new TargetFile({ path, length: bytes.length, hashes: { sha256: sha256(bytes) } }))
    this.#put('targets.json', listed)
    const snapshot = new Snapshot({
      version: snapshotVersion || version,
      expires: FAR,
      meta: { 'targets.json': new MetaFile({ version }) },
    })
    this.#put('snapshot.json', snapshot)
    this.#put(
      'timestamp.json',
      new Timestamp({
        version,
        expires: timestampExpires,
        snapshotMeta: new MetaFile({ version: snapshotVersion || version }),
      }),
    )
  }

  readonly handler: RequestListener = ({ url = '' }, response) => {
    const name = url.replace('/metadata/', '')
    this.asked.push(name)
    const bytes = this.files.get(name)
    if (bytes === undefined) response.writeHead(404).end('none')
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  }

  #put(name: string, signed: Root | Targets | Snapshot | Timestamp, keys = [this.#onlineKey]): void {
    const metadata = new Metadata<Root | Targets | Snapshot | Timestamp>(signed)
    for (const { key, privateKey } of keys)
      metadata.sign(
        (bytes) =>
          new Signature({ keyID: key.keyID, sig: sign(undefined, bytes, privateKey).toString('hex') }),
        true,
      )
    this.files.set(name, Buffer.from(JSON.stringify(metadata.toJSON())))
  }
}

function newKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const key = new Key({
    keyID: sha256(Buffer.from(raw)),
    keyType: 'ed25519',
    scheme: 'ed25519',
    keyVal: { public: raw },
  })
  return { key, privateKey }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
