import type { Exhibits } from '@whyreset/core'

/**
 * The exhibits with every text replaced that `value` does not let pass, whatever field it is in: a field that a later
 * version adds is hidden too. Numbers stay.
 */
export function hideExhibits(
  exhibits: Exhibits,
  value: (key: string, text: string) => string,
  hidden: (text: string) => string,
): Exhibits {
  function hide(key: string, item: unknown): unknown {
    if (typeof item === 'string') return hideText(key, item)
    if (Array.isArray(item)) {
      const items: readonly unknown[] = item
      return items.some((one) => typeof one !== 'number' && one !== null)
        ? items.map((one) => hide(key, one))
        : item
    }
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(
      Object.entries(item).map(([name, one]) => [FIELD.test(name) ? name : hidden(name), hide(name, one)]),
    )
  }

  function hideText(key: string, text: string): string {
    if (key === 'schema' || key === 'protocol') return text
    if (key === 'names') return COLLECTION.test(text) ? text : hidden(text)
    if (key !== 'text') return value(key, text)
    const [, method, target = ''] = REQUEST.exec(text) ?? []
    if (method !== undefined) return `${method} ${hidden(target)}`
    return STATUS.exec(text)?.[0] ?? hidden(text)
  }

  // Built field by field from what it was.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return hide('', exhibits) as Exhibits
}

/** Names of fields and of socket states; a state that a table made up is hidden. */
const FIELD = /^[A-Za-z][A-Za-z0-9_-]{0,29}$/
/** `Pause Young (Normal) (G1 Evacuation Pause)`: words of a runtime, no addresses or paths. */
const COLLECTION = /^[A-Z][A-Za-z0-9 ()-]{0,79}$/
const REQUEST = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)\s(.*)$/s
const STATUS = /^HTTP(?:\/\d(?:\.\d)?)? \d{3}\b/
