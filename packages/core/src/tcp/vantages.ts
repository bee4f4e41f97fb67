/** Rows have 16 bits for a number; those beyond share the last one. */
const MAX_NUMBER = 0xffff

/** Small numbers for the points at which packets were captured: an interface, and a direction or index within it. */
export class Vantages {
  private readonly numbers = new Map<number, number>()
  private latestKey = Number.NaN
  private latestNumber = 0

  /** From 1 on. */
  numberOf(input: number, interfaceHandle: number, subInterface: number): number {
    const key = keyOf(input, interfaceHandle, subInterface)
    if (key === this.latestKey) return this.latestNumber
    let number = this.numbers.get(key)
    if (number === undefined) {
      number = Math.min(this.numbers.size + 1, MAX_NUMBER)
      if (number < MAX_NUMBER) this.numbers.set(key, number)
    }
    this.latestKey = key
    this.latestNumber = number
    return number
  }

  /** The same where it is that of the latest segment, else −1. */
  latest(input: number, interfaceHandle: number, subInterface: number): number {
    return keyOf(input, interfaceHandle, subInterface) === this.latestKey ? this.latestNumber : -1
  }
}

/** Exact below 2^53: 10 bits of input, 16 of interface, 27 of sub-interface. */
function keyOf(input: number, interfaceHandle: number, subInterface: number): number {
  return (input * 65_536 + interfaceHandle) * 0x800_0000 + subInterface
}
