import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { formatAddress, parseAddress, type Address } from '../address.ts'

/** The address bar as state. What changes many times a second is written to it when it is at rest. */
export function useAddress(): [Address, (change: Partial<Address>, how?: 'step' | 'in-place') => void] {
  const [address, setAddress] = useState(() => parseAddress(location.hash))
  const current = useRef(address)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    const read = (): void => {
      clearTimeout(timer.current)
      current.current = keepLook(parseAddress(location.hash), current.current)
      setAddress(current.current)
    }
    addEventListener('hashchange', read)
    return () => {
      removeEventListener('hashchange', read)
    }
  }, [])
  const go = useCallback((change: Partial<Address>, how: 'step' | 'in-place' = 'step') => {
    current.current = { ...current.current, ...change }
    setAddress(current.current)
    clearTimeout(timer.current)
    if (how === 'step') history.pushState(null, '', formatAddress(current.current))
    else
      timer.current = setTimeout(() => {
        history.replaceState(null, '', formatAddress(current.current))
      }, AT_REST_MS)
  }, [])
  return [address, go]
}

/** Browsers refuse more than some hundred changes of the address in half a minute. */
const AT_REST_MS = 250

/** A link that somebody typed (`#incident=3`) says nothing of language and colours: they stay. */
function keepLook(next: Address, { lang, theme }: Address): Address {
  return {
    ...(lang === undefined ? {} : { lang }),
    ...(theme === undefined ? {} : { theme }),
    ...next,
  }
}
