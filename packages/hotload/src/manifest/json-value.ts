export type JsonObject = { readonly [key: string]: unknown }

/** What JSON text holds; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value of the other side inside a message: quoted, without control characters, short. */
export function shown(value: unknown, limit = 80): string {
  const text = JSON.stringify(value) ?? 'nothing'
  // JSON leaves these as they are: DEL, the C1 controls, and what turns the direction of a line.
  const clean = text.replaceAll(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '?')
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean
}
