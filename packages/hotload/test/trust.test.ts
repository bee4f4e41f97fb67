import { describe, expect, it } from 'vitest'
import { HotloadError, type ErrorCode } from '../src/errors.ts'
import { MANIFEST_TYPE, writeEnvelope, type Envelope } from '../src/manifest/envelope.ts'
import { generateKeys, readPublicKey, type KeyPairText } from '../src/manifest/keys.ts'
import { signKeyList } from '../src/manifest/key-list.ts'
import type { Manifest } from '../src/manifest/manifest.ts'
import { isInRollout } from '../src/manifest/rollout.ts'
import { ed25519Signer, signValue } from '../src/manifest/signer.ts'
import { verifierOf, type RememberedTrust, type TrustMemory } from '../src/manifest/trust.ts'
import { verifyManifest, type VerifyOptions } from '../src/manifest/verify-manifest.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const MANIFEST: Manifest = {
  schema: 'hotload.manifest/1',
  name: 'pricing',
  version: '1.4.2',
  seq: 7,
  expires: '2026-11-29T12:00:00Z',
  size: 1234,
  sha512: 'ab'.repeat(64),
  format: 'tgz',
}

const [alice, bob, carol, mallory] = [generateKeys(), generateKeys(), generateKeys(), generateKeys()]

describe('P11: a manifest is taken from its publisher alone, and no mirror turns time back', () => {
  it('takes what a trusted key signed, whole and unchanged', async () => {
    const manifest = { ...MANIFEST, host: '^2.0', entry: 'dist/index.js', rollout: 0.1 }
    expect(await verified(await signed(manifest, [alice]), [alice])).toEqual(manifest)
  })

  it('refuses what another key signed', async () => {
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [mallory]), [alice]))
  })

  it('refuses a signature under the name of a trusted key', async () => {
    const { signatures, ...rest } = await envelopeOf(MANIFEST, [mallory])
    const forged = signatures.map((signature) => ({ ...signature, keyId: alice.keyId }))
    await refusal('HOTLOAD_SIGNATURE', verified(writeEnvelope({ ...rest, signatures: forged }), [alice]))
  })

  it('refuses a payload of which one bit was changed, wherever it is', async () => {
    const envelope = await envelopeOf(MANIFEST, [alice])
    for (let bit = 0; bit < envelope.payload.length * 8; bit += 37) {
      const payload = Uint8Array.from(envelope.payload)
      payload[bit >> 3] = (payload[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await refusal('HOTLOAD_SIGNATURE', verified(writeEnvelope({ ...envelope, payload }), [alice]))
    }
  })

  it('refuses a manifest that was signed as another type of document', async () => {
    const asOther = await signValue('application/json', MANIFEST, [ed25519Signer(alice.privateKey)])
    await refusal('HOTLOAD_MANIFEST', verified(writeEnvelope(asOther), [alice]))
    const renamed = writeEnvelope({ ...asOther, payloadType: MANIFEST_TYPE })
    await refusal('HOTLOAD_SIGNATURE', verified(renamed, [alice]))
  })

  it('refuses the replay of an older manifest, and takes the same one again', async () => {
    const document = await signed(MANIFEST, [alice])
    await refusal('HOTLOAD_REPLAY', verified(document, [alice], { highWater: 8 }))
    expect((await verified(document, [alice], { highWater: 7 })).seq).toBe(7)
  })

  it('refuses an expired manifest, so that none is frozen at an old one', async () => {
    const document = await signed(MANIFEST, [alice])
    const later = new Date(Date.parse(MANIFEST.expires) + 1)
    await refusal('HOTLOAD_EXPIRED', verified(document, [alice], { now: later }))
  })

  it("refuses another package's manifest in the place of this one", async () => {
    const document = await signed({ ...MANIFEST, name: 'billing' }, [alice])
    await refusal('HOTLOAD_MANIFEST', verified(document, [alice]))
  })

  it('wants as many different keys as the threshold says', async () => {
    const trust = { keys: [alice, bob, carol].map((key) => key.publicKey), threshold: 2 }
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [alice]), [], { trust }))
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [alice, alice]), [], { trust }))
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [alice, mallory]), [], { trust }))
    expect((await verified(await signed(MANIFEST, [carol, alice]), [], { trust })).seq).toBe(7)
  })

  it('counts a key that is configured twice once', () => {
    const trust = { keys: [alice.publicKey, alice.publicKey], threshold: 2 }
    expect(() => verifierOf(trust)).toThrow(/threshold is 2 with 1 different keys/)
  })

  it('takes a verifier of your own in the place of keys', async () => {
    const payload = Buffer.from(JSON.stringify(MANIFEST))
    const trust = { verify: () => Promise.resolve(payload) }
    expect((await verified(Buffer.from('a TUF target'), [], { trust })).version).toBe('1.4.2')
  })
})

describe('P11: keys are rotated by a signed list', () => {
  it('follows the list, and refuses the key that was rotated out', async () => {
    const toBob = await keyList(1, [bob], [alice, bob])
    const memory = trustMemory()
    expect((await verified(await signed(MANIFEST, [bob], [toBob]), [alice], { memory })).seq).toBe(7)
    const late = await signed({ ...MANIFEST, seq: 8 }, [alice])
    await refusal('HOTLOAD_SIGNATURE', verified(late, [alice], { memory }))
    const lateWithList = await signed({ ...MANIFEST, seq: 8 }, [alice], [toBob])
    await refusal('HOTLOAD_SIGNATURE', verified(lateWithList, [alice], { memory }))
  })

  it('does not let a mirror roll the key list back, also after a restart', async () => {
    const toBob = await keyList(1, [bob], [alice, bob])
    const toCarol = await keyList(2, [carol], [bob, carol])
    const memory = trustMemory()
    await verified(await signed(MANIFEST, [carol], [toBob, toCarol]), [alice], { memory })
    const rolledBack = await signed({ ...MANIFEST, seq: 9 }, [bob], [toBob])
    await refusal('HOTLOAD_SIGNATURE', verified(rolledBack, [alice], { memory }))
    // The state that a store holds is all that a new process has.
    const restarted = trustMemory(memory.state.trust)
    await refusal('HOTLOAD_SIGNATURE', verified(rolledBack, [alice], { memory: restarted }))
    const next = await signed({ ...MANIFEST, seq: 10 }, [carol])
    expect((await verified(next, [alice], { memory: restarted })).seq).toBe(10)
  })

  it('remembers a rotation without a store, for the life of the verifier', async () => {
    const trust = verifierOf([alice.publicKey])
    const toBob = await keyList(1, [bob], [alice, bob])
    await verified(await signed(MANIFEST, [bob], [toBob]), [], { trust })
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [alice]), [], { trust }))
  })

  it('refuses a list that the keys before it did not sign', async () => {
    const toMallory = await keyList(1, [mallory], [mallory])
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [mallory], [toMallory]), [alice]))
  })

  it('refuses a list whose own keys did not sign it: a typing error would lock all clients out', async () => {
    const toBob = await keyList(1, [bob], [alice])
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [bob], [toBob]), [alice]))
  })

  it('refuses a list after one that is missing', async () => {
    const toCarol = await keyList(2, [carol], [alice, carol])
    await refusal('HOTLOAD_SIGNATURE', verified(await signed(MANIFEST, [carol], [toCarol]), [alice]))
  })

  it('refuses what is signed under an expired list', async () => {
    const toBob = await keyList(1, [bob], [alice, bob], '2026-11-22T11:59:59Z')
    await refusal('HOTLOAD_EXPIRED', verified(await signed(MANIFEST, [bob], [toBob]), [alice]))
  })

  it('begins anew where other keys are configured', async () => {
    const memory = trustMemory()
    const toBob = await keyList(1, [bob], [alice, bob])
    await verified(await signed(MANIFEST, [bob], [toBob]), [alice], { memory })
    expect((await verified(await signed(MANIFEST, [carol]), [carol], { memory })).seq).toBe(7)
  })
})

describe('a manifest is checked at the edge', () => {
  const wrong: readonly (readonly [string, object])[] = [
    ['another schema', { schema: 'hotload.manifest/2' }],
    ['a name that is a path', { name: '../pricing' }],
    ['a version that is none', { version: 'latest' }],
    ['seq 0', { seq: 0 }],
    ['a seq that is not exact', { seq: 2 ** 53 }],
    ['a date without zone', { expires: '2027-01-01' }],
    ['a size beyond what is allowed', { size: 10 * 1024 ** 3 }],
    ['a negative size', { size: -1 }],
    ['a digest with capitals', { sha512: 'AB'.repeat(64) }],
    ['a digest that is a path', { sha512: '../'.repeat(42) + 'ab' }],
    ['another format', { format: 'zip' }],
    ['a file without a name', { format: 'file' }],
    ['a file name with a separator', { format: 'file', fileName: '../../etc/passwd' }],
    ['a file name of two points', { format: 'file', fileName: '..' }],
    ['an entry outside', { entry: 'dist/../../x.js' }],
    ['an absolute entry', { entry: '/etc/passwd' }],
    ['a host range that is none', { host: 'two' }],
    ['a share beyond all', { rollout: 1.5 }],
    ['retracted as text', { retracted: 'no' }],
  ]
  it.each(wrong)('refuses %s', async (_, change) => {
    const document = await signed({ ...MANIFEST, ...change }, [alice])
    await refusal('HOTLOAD_MANIFEST', verified(document, [alice]))
  })

  it('refuses what is no envelope, and one that is too long', async () => {
    const documents = [
      '',
      '<html>',
      '[]',
      '{"payloadType":1}',
      'null',
      '[['.repeat(20_000),
      ' '.repeat(70_000),
    ]
    for (const text of documents) await refusal('HOTLOAD_MANIFEST', verified(Buffer.from(text), [alice]))
  })

  it('shows no control characters of the other side in a message', async () => {
    const document = await signed({ ...MANIFEST, name: '\u001b[2J\u202eevil' }, [alice])
    const error = await verified(document, [alice]).catch((reason: unknown) => reason)
    expect(String(error)).toContain('u001b')
    for (const character of '\u001b\u202e') expect(String(error)).not.toContain(character)
  })
})

describe('keys', () => {
  it('are the same key as one line and as PEM', () => {
    const pem = readPublicKey(alice.publicKey).key.export({ format: 'pem', type: 'spki' }).toString()
    expect(readPublicKey(pem)).toMatchObject({ keyId: alice.keyId, text: alice.publicKey })
  })

  it('that are private are not taken for public ones, nor shown', () => {
    const attempt = (): unknown => readPublicKey(alice.privateKey)
    expect(attempt).toThrow(/the public one was wanted/)
    expect(attempt).not.toThrow(new RegExp(alice.privateKey.slice(-20)))
  })
})

describe('a staged rollout', () => {
  it('takes its share of clients, the same ones each time, and all of them in a larger share', () => {
    const clients = Array.from({ length: 4_000 }, (_, index) => `client-${index}`)
    const tenth = clients.filter((id) => isInRollout('pricing', 7, id, 0.1))
    const half = new Set(clients.filter((id) => isInRollout('pricing', 7, id, 0.5)))
    expect(tenth.length).toBeGreaterThan(300)
    expect(tenth.length).toBeLessThan(500)
    expect(tenth.every((id) => half.has(id))).toBe(true)
    expect(clients.every((id) => isInRollout('pricing', 7, id, 1))).toBe(true)
    expect(clients.some((id) => isInRollout('pricing', 7, id, 0))).toBe(false)
  })
})

function envelopeOf(manifest: object, by: readonly KeyPairText[]): Promise<Envelope> {
  return signValue(
    MANIFEST_TYPE,
    manifest,
    by.map((key) => ed25519Signer(key.privateKey)),
  )
}

async function signed(
  manifest: object,
  by: readonly KeyPairText[],
  keyLists: readonly Envelope[] = [],
): Promise<Uint8Array> {
  return writeEnvelope({ ...(await envelopeOf(manifest, by)), keyLists })
}

function verified(
  document: Uint8Array,
  keys: readonly KeyPairText[],
  options: Partial<VerifyOptions> = {},
): Promise<Manifest> {
  const trust = keys.map((key) => key.publicKey)
  return verifyManifest(document, { trust, name: 'pricing', highWater: 0, now: NOW, ...options })
}

function keyList(
  seq: number,
  keys: readonly KeyPairText[],
  by: readonly KeyPairText[],
  expires?: string,
): Promise<Envelope> {
  const list = {
    schema: 'hotload.keys/1' as const,
    seq,
    threshold: 1,
    keys: keys.map((key) => key.publicKey),
    ...(expires !== undefined && { expires }),
  }
  return signKeyList(
    list,
    by.map((key) => ed25519Signer(key.privateKey)),
  )
}

function trustMemory(trust?: RememberedTrust): TrustMemory {
  let state: { readonly trust?: RememberedTrust } = trust === undefined ? {} : { trust }
  return {
    get state() {
      return state
    },
    update(change) {
      state = change(state)
      return Promise.resolve()
    },
  }
}

async function refusal(code: ErrorCode, attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(HotloadError)
  expect((error as HotloadError).code).toBe(code)
}
