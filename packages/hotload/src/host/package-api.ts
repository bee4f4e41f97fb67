/** A function of the package, with the object that it was found on as `this`. */
export type Method = (...args: unknown[]) => unknown

export interface PackageApi {
  readonly methods: ReadonlyMap<string, Method>
  readonly dispose: Method | undefined
  readonly handover: Method | undefined
  readonly takeover: Method | undefined
}

const MAX_METHODS = 1000
const MAX_DEPTH = 4
const MAX_NAME = 128
/** The hooks of a package; they are no methods of its. */
export const HOOKS = ['dispose', 'handover', 'takeover'] as const
/** Names that mean something to the language: a method of this name could not be called, or would be called unasked. */
const NEVER = new Set(['then', '__proto__', 'constructor', 'prototype'])

/**
 * The functions of a module by name, nested by dots: its exports, and those of a default export that is an object (which is
 * what CommonJS looks like from an ES module).
 */
export function packageApi(exported: object): PackageApi {
  const methods = new Map<string, Method>()
  collect(exported, '', 0, methods, new Set())
  const fallback = memberOf(exported, 'default')
  if (isFolder(fallback)) collect(fallback, '', 0, methods, new Set([exported]))
  const hooks = HOOKS.map((name) => methods.get(name))
  for (const name of HOOKS) methods.delete(name)
  return { methods, dispose: hooks[0], handover: hooks[1], takeover: hooks[2] }
}

/** Checks names that came from a package: strings that are safe as names, no more than there may be. */
export function isMethodList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_METHODS &&
    value.every(
      (name) =>
        typeof name === 'string' &&
        name.length <= MAX_NAME * MAX_DEPTH &&
        name.split('.').every((part) => part !== '' && !NEVER.has(part)),
    )
  )
}

function collect(
  owner: object,
  prefix: string,
  depth: number,
  methods: Map<string, Method>,
  seen: Set<object>,
): void {
  if (seen.has(owner)) return
  seen.add(owner)
  for (const name of namesOf(owner)) {
    if (NEVER.has(name) || name.includes('.') || name === '' || name.length > MAX_NAME) continue
    const path = prefix + name
    const member = memberOf(owner, name)
    if (typeof member === 'function') {
      if (methods.size >= MAX_METHODS)
        throw new TypeError(`it exports more than ${MAX_METHODS} functions: export those that are called`)
      if (!methods.has(path)) methods.set(path, (...args: unknown[]) => Reflect.apply(member, owner, args))
    } else if (name !== 'default' && depth + 1 < MAX_DEPTH && isFolder(member)) {
      collect(member, `${path}.`, depth + 1, methods, seen)
    }
  }
}

/** Its own names, and those of its classes. */
function namesOf(owner: object): string[] {
  const names = Object.keys(owner)
  let type: unknown = Object.getPrototypeOf(owner)
  while (typeof type === 'object' && type !== null && type !== Object.prototype) {
    names.push(...Object.getOwnPropertyNames(type))
    type = Object.getPrototypeOf(type)
  }
  return names
}

/** Holds methods: a plain object, or an instance of a class that somebody wrote. */
function isFolder(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const type: unknown = Object.getPrototypeOf(value)
  if (type === null || type === Object.prototype) return true
  const { constructor: made } = value
  return typeof made === 'function' && !Function.prototype.toString.call(made).includes('[native code]')
}

function memberOf(owner: object, name: string): unknown {
  try {
    return Reflect.get(owner, name)
  } catch {
    return undefined
  }
}
