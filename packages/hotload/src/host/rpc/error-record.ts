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
/** Of one error, with its causes and their errors. */
const MAX_RECORDS = 256
/** Kept in fields of their own, or dangerous to set. */
const NOT_PROPS = new Set(['name', 'message', 'stack', 'cause', 'errors', '__proto__', 'constructor'])

const BUILT_IN = new Map<string, ErrorConstructor>(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [
    type.name,
    type,
  ]),
)

/** What was thrown may be a proxy, or have getters that throw: whatever it is, it does not disturb who only passes it on. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  try {
    return recordOf(thrown, { left: MAX_RECORDS }, 0)
  } catch {
    return { error: true, name: 'Error', message: 'what was thrown cannot be read', props: [] }
  }
}

/** The error again, of the same built-in class where it was one; or the value that was thrown. */
export function fromErrorRecord(record: unknown): unknown {
  return errorOf(record, { left: MAX_RECORDS }, 0)
}

/** Errors that may still be read: each may stand in all others, and in itself. */
interface Budget {
  left: number
}

function recordOf(thrown: unknown, budget: Budget, depth: number): ErrorRecord {
  budget.left -= 1
  if (!(thrown instanceof Error)) {
    const [copy] = copyOf(thrown)
    const value =
      copy === undefined && thrown !== undefined ? `a ${typeof thrown}, which cannot be copied` : copy
    return { error: false, value }
  }
  const props = Object.keys(thrown)
    .filter((key) => !NOT_PROPS.has(key))
    .slice(0, MAX_PROPS)
    .flatMap((key) => copyOf(read(thrown, key)).map((value) => [key, value] as const))
  // DOMException keeps its code in a getter of its prototype.
  if ('code' in thrown && !Object.hasOwn(thrown, 'code'))
    props.push(['code', copyOf(read(thrown, 'code'))[0]])
  const [stack, cause, errors] = [read(thrown, 'stack'), read(thrown, 'cause'), read(thrown, 'errors')]
  return {
    error: true,
    name: text(read(thrown, 'name')),
    message: text(read(thrown, 'message')),
    ...(typeof stack === 'string' && { stack: text(stack) }),
    ...(cause !== undefined && mayNest(budget, depth) && { cause: recordOf(cause, budget, depth + 1) }),
    ...(thrown instanceof AggregateError &&
      Array.isArray(errors) && { errors: nested(errors, budget, depth, recordOf) }),
    props,
  }
}

function errorOf(record: unknown, budget: Budget, depth: number): unknown {
  budget.left -= 1
  if (!isRecord(record)) return new Error('the package failed, and what it failed with cannot be read')
  if (record['error'] !== true) return record['value']
  const name = text(record['name'])
  const message = text(record['message'])
  const { cause, errors, props, stack } = record
  const options =
    isRecord(cause) && mayNest(budget, depth) ? { cause: errorOf(cause, budget, depth + 1) } : {}
  const error = Array.isArray(errors)
    ? new AggregateError(nested(errors, budget, depth, errorOf), message, options)
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

function nested<T>(
  errors: readonly unknown[],
  budget: Budget,
  depth: number,
  convert: (each: unknown, budget: Budget, depth: number) => T,
): T[] {
  const converted: T[] = []
  for (const each of errors.slice(0, MAX_ERRORS)) {
    if (!mayNest(budget, depth)) break
    converted.push(convert(each, budget, depth + 1))
  }
  return converted
}

function mayNest({ left }: Budget, depth: number): boolean {
  return left > 0 && depth < MAX_DEPTH
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
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
