/** The text of a file, and which line a place in it is on. A class, because lines are counted once and late. */
export class Source {
  readonly text: string
  #starts: readonly number[] | undefined

  constructor(text: string) {
    this.text = text
  }

  /** 0-based. */
  lineAt(offset: number): number {
    this.#starts ??= startsOf(this.text)
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

function startsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
