/** One end of a connection: 4 or 16 address bytes and a port. */
export interface Endpoint {
  readonly address: Uint8Array
  readonly port: number
}

/** Reads `10.0.0.1:8080` or `[fd00::1]:8080`. */
export function endpoint(written: string): Endpoint {
  const colon = written.lastIndexOf(':')
  return {
    address: address(written.slice(0, colon).replace(/^\[|\]$/g, '')),
    port: Number(written.slice(colon + 1)),
  }
}

/** Reads `10.0.0.1` to 4 bytes, `fd00::1` or `::ffff:10.0.0.1` to 16. */
export function address(written: string): Uint8Array {
  if (!written.includes(':')) return Uint8Array.from(written.split('.'), Number)
  const [before = '', after] = dottedTailAsHex(written).split('::')
  const head = groups(before)
  const tail = groups(after ?? '')
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => 0)
  return Uint8Array.from([...head, ...gap, ...tail].flatMap((group) => [group >> 8, group & 0xff]))
}

function dottedTailAsHex(written: string): string {
  const tail = /\d+\.\d+\.\d+\.\d+$/.exec(written)?.[0]
  if (tail === undefined) return written
  const [a = 0, b = 0, c = 0, d = 0] = address(tail)
  return `${written.slice(0, -tail.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

function groups(written: string): number[] {
  return written === '' ? [] : written.split(':').map((group) => Number.parseInt(group, 16))
}
