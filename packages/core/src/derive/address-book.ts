import { formatIpv4 } from '../tcp/address-text.ts'
import type { Tracker } from '../tcp/tracker.ts'

/** Text of the table's addresses, each made once: one string per host makes look-ups by address cheap. */
export type AddressBook = (isIpv6: boolean, address: number) => string

export function createAddressBook({ addresses }: Pick<Tracker, 'addresses'>): AddressBook {
  const known = new Map<number, string>()
  return (isIpv6, address) => {
    const key = isIpv6 ? address + 2 ** 32 : address
    let text = known.get(key)
    if (text === undefined) {
      text = isIpv6 ? addresses.text(address) : formatIpv4(address)
      known.set(key, text)
    }
    return text
  }
}
