import { prefixPreserving } from './prefix-preserving.ts'
import { pseudonyms } from './pseudonyms.ts'
import type { SipKey } from './siphash.ts'

export interface EndpointMap {
  /** One or several addresses, with or without ports, host names among them: everything but the ports is replaced. */
  readonly replace: (text: string) => string
  /** The same when the text is nothing but addresses; undefined when it holds anything else. */
  readonly replaceAddresses: (text: string) => string | undefined
}

/** Ports stay: which service it was is what a reader needs, and says nothing of whose. */
export function endpointMap(key: SipKey): EndpointMap {
  const address = prefixPreserving(key)
  const host = pseudonyms('host')

  function replaceOne(word: string, unknown: (host: string) => string | undefined): string | undefined {
    if (CONNECTORS.has(word) || /^\d{1,9}$/.test(word)) return word
    const whole = address(word)
    if (whole !== undefined) return whole
    const [, bracketed, afterBracket, plain, afterPlain] = ENDPOINT.exec(word) ?? []
    const name = bracketed ?? plain ?? word
    const port = afterBracket ?? afterPlain ?? ''
    const replaced = name === '*' ? name : (address(withoutZone(name)) ?? unknown(name))
    if (replaced === undefined) return undefined
    const brackets = replaced.includes(':') && (bracketed !== undefined || port !== '')
    return brackets ? `[${replaced}]${port}` : `${replaced}${port}`
  }

  function replaceAll(text: string, unknown: (host: string) => string | undefined): string | undefined {
    const parts = text.split(SEPARATORS)
    const replaced = parts.map((part, index) =>
      index % 2 === 1 ? part : part === '' ? '' : replaceOne(part, unknown),
    )
    return replaced.includes(undefined) ? undefined : replaced.join('')
  }

  return {
    replace: (text) => replaceAll(text, host) ?? host(text),
    replaceAddresses: (text) => (/[.:]/.test(text) ? replaceAll(text, () => undefined) : undefined),
  }
}

/** `[fd00::1]:80`, `[::1]`, `10.0.0.1:80`, `db.internal:5432`, `*:80`. */
const ENDPOINT = /^(?:\[([^\]]*)\](:(?:\d{1,5}|\*))?|([^:]*)(:(?:\d{1,5}|\*))?)$/
/** What core writes between several addresses: kept, as it is not from an input. */
const SEPARATORS = /(,? +|,)/
const CONNECTORS = new Set(['and', 'other', 'others', 'more', '→', '->', '–', '-', '…', '*'])

/** `fe80::1%eth0`: the interface names a machine's part. */
function withoutZone(address: string): string {
  return address.replace(/%.*$/s, '')
}
