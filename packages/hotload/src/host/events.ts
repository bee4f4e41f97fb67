/** Listeners by name of event. One that throws disturbs nobody. */
export class Events<Map extends object> {
  readonly #listeners = new globalThis.Map<keyof Map, Set<(event: never) => void>>()

  /** Returns what takes the listener away again. */
  on<Name extends keyof Map>(name: Name, listener: (event: Map[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  emit<Name extends keyof Map>(name: Name, event: Map[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        // `on` put only listeners of this name's event here.
        Reflect.apply(listener, undefined, [event])
      } catch (error) {
        // Seen by the process as any other exception nobody caught, but not in the middle of a switch.
        setImmediate(() => {
          throw error
        })
      }
    }
  }
}
