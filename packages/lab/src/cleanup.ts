/** What must be undone, whatever happens: last made, first undone. */
export interface Cleanup {
  defer(undo: () => void | Promise<void>): void
  /** Undoes everything; a step that fails does not keep the others from running. Errors are returned, not thrown. */
  run(): Promise<readonly unknown[]>
}

export function createCleanup(): Cleanup {
  const steps: (() => void | Promise<void>)[] = []
  return {
    defer: (undo) => void steps.push(undo),
    async run() {
      const errors: unknown[] = []
      for (let undo = steps.pop(); undo !== undefined; undo = steps.pop()) {
        try {
          await undo()
        } catch (error) {
          errors.push(error)
        }
      }
      return errors
    },
  }
}
