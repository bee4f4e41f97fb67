/** `Api` as it is called from the host: each function gives a promise, each async iterable a promise of one. */
export type Remote<Api> = {
  readonly [Key in keyof Api]: Api[Key] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<RemoteResult<Awaited<Result>>>
    : Api[Key] extends object
      ? Remote<Api[Key]>
      : never
}

type RemoteResult<Result> = Result extends AsyncIterable<infer Item> ? AsyncIterableIterator<Item> : Result

export type Call = (method: string, args: readonly unknown[]) => Promise<unknown>

/** What the language or a logger asks of any object: these are no calls of the package. */
const NEVER = new Set(['then', 'toJSON'])

/** `api.rules.quote(order)` calls `rules.quote`. It is no promise, at any depth, and can be logged. */
export function apiProxy<Api>(call: Call): Remote<Api> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any name is answered, if only with HOTLOAD_NO_METHOD
  return methodProxy(call, '') as Remote<Api>
}

function methodProxy(call: Call, path: string): object {
  const children = new Map<string, object>()
  const target = (...args: unknown[]) => call(path, args)
  return new Proxy(target, {
    get(_, name) {
      if (name === Symbol.toPrimitive) return () => `[hotload api${path && ` ${path}`}]`
      if (typeof name !== 'string' || NEVER.has(name)) return undefined
      let child = children.get(name)
      if (child === undefined) {
        child = methodProxy(call, path === '' ? name : `${path}.${name}`)
        children.set(name, child)
      }
      return child
    },
    has: () => false,
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
    setPrototypeOf: () => false,
  })
}
