/**
 * An error as plain data: structured clone keeps neither own properties nor the name of a class. What is read back may come
 * from a hostile package, so each field is checked and lengths are bounded.
 */
export interface ErrorRecord {
  readonly error: boolean
  /** What was thrown, where it is not an error. */
  readonly value?: unknown
  readonly name?: string
  readonly message?: string
  readonly stack?: string
  readonly cause?: ErrorRecord
  readonly errors?: readonly ErrorRecord[]
  readonly props?: readonly (readonly [string, unknown])[]
}

const MAX_DEPTH = 8
const MAX_TEXT = 65_536
const MAX_PROPS = 64
const MAX_ERRORS = 64
/** Kept in fields of their own, or dangerous to set. */
const NOT_PROPS = new Set(['name', 'message', 'stack', 'cause', 'errors', '__proto__', 'constructor'])

const BUILT_IN = new Map<string, ErrorConstructor>(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [
    type.name,
    type,
  ]),
)

export function toErrorRecord(thrown: unknown, depth = 0): ErrorRecord {
  if (!(thrown instanceof Error)) {
    const [copy] = copyOf(thrown)
    const value =
      copy === undefined && thrown !== undefined ? `a ${typeof thrown}, which cannot be copied` : copy
    return { error: false, value }
  }
  const props = Object.keys(thrown)
    .filter((key) => !NOT_PROPS.has(key))
    .slice(0, MAX_PROPS)
    .flatMap((key) => copyOf(Reflect.get(thrown, key)).map((value) => [key, value] as const))
  // DOMException keeps its code in a getter of its prototype.
  if ('code' in thrown && !Object.hasOwn(thrown, 'code')) props.push(['code', copyOf(thrown.code)[0]])
  return {
    error: true,
    name: text(thrown.name),
    message: text(thrown.message),
    ...(typeof thrown.stack === 'string' && { stack: text(thrown.stack) }),
    ...(thrown.cause !== undefined && depth < MAX_DEPTH && { cause: toErrorRecord(thrown.cause, depth + 1) }),
    ...(thrown instanceof AggregateError &&
      depth < MAX_DEPTH && {
        errors: thrown.errors.slice(0, MAX_ERRORS).map((each: unknown) => toErrorRecord(each, depth + 1)),
      }),
    props,
  }
}

/** The error again, of the same built-in class where it was one; or the value that was thrown. */
export function fromErrorRecord(record: unknown, depth = 0): unknown {
  if (!isRecord(record)) return new Error('the package failed, and what it failed with cannot be read')
  if (record['error'] !== true) return record['value']
  const name = text(record['name'])
  const message = text(record['message'])
  const { cause, errors, props, stack } = record
  const options = isRecord(cause) && depth < MAX_DEPTH ? { cause: fromErrorRecord(cause, depth + 1) } : {}
  const error = Array.isArray(errors)
    ? new AggregateError(
        errors.slice(0, MAX_ERRORS).map((each) => fromErrorRecord(each, depth + 1)),
        message,
        options,
      )
    : new (BUILT_IN.get(name) ?? Error)(message, options)
  if (error.name !== name) define(error, 'name', name)
  if (typeof stack === 'string') define(error, 'stack', text(stack))
  for (const pair of Array.isArray(props) ? props.slice(0, MAX_PROPS) : []) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || NOT_PROPS.has(pair[0])) continue
    Object.defineProperty(error, pair[0], {
      value: pair[1],
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return error
}

/** One copy, or nothing where the value cannot be copied. */
function copyOf(value: unknown): unknown[] {
  try {
    return [structuredClone(value)]
  } catch {
    return []
  }
}

function define(error: Error, key: string, value: string): void {
  Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
