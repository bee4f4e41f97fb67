import type { Generation } from './generation.ts'

/** Who answers. Each change is one step without a pause in it, so that a call sees what was before it or after it. */
export class Roster {
  /** Answers. */
  current: Generation | undefined
  /** Warm, and returned to when `current` does not prove itself. */
  previous: Generation | undefined
  /** False while `current` is watched. */
  isConfirmed = true
  #canary: { readonly generation: Generation; readonly share: number } | undefined
  #share = 0

  /** For a new call or lease. */
  pick(): Generation | undefined {
    if (this.#canary === undefined) return this.current
    this.#share += this.#canary.share
    if (this.#share < 1) return this.current
    this.#share -= 1
    return this.#canary.generation
  }

  /** A share of what is new goes to a candidate. */
  startCanary(generation: Generation, share: number): void {
    this.#canary = { generation, share }
    this.#share = 0
  }

  stopCanary(): void {
    this.#canary = undefined
  }

  /**
   * The switch. Returns the generation that nobody needs any more once its callers are done: the one that is replaced, where
   * it never proved itself and an older one is there to return to.
   */
  commit(next: Generation, isReplacedKept: boolean): Generation | undefined {
    this.#canary = undefined
    const replaced = this.current
    this.current = next
    if (!isReplacedKept) return replaced
    const retired = this.previous
    this.previous = replaced
    this.isConfirmed = false
    return retired
  }

  /** Returns what was kept for a return. */
  confirm(): Generation | undefined {
    const kept = this.previous
    this.previous = undefined
    this.isConfirmed = true
    return kept
  }

  /** `current` leaves and `to` answers again. Returns the one that left. */
  goBack(to: Generation): Generation | undefined {
    const left = this.current
    this.current = to
    this.previous = undefined
    this.isConfirmed = true
    return left
  }

  get all(): Generation[] {
    return [this.current, this.previous, this.#canary?.generation].filter((each) => each !== undefined)
  }
}

/** Who answers what begins now. A canary that ended by itself leaves its share to the others. */
export function answering(roster: Roster): Generation | undefined {
  const picked = roster.pick()
  if (picked !== undefined && picked.lost === undefined) return picked
  const { current } = roster
  return current?.lost === undefined ? current : undefined
}
