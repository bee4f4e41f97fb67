import { KERNEL_CODE } from './kernel-code.ts'
import { CONTROL_BYTES, PAGE_BYTES, ROWS_AT, WINDOW_AT, WINDOW_BYTES } from './kernel-layout.ts'

/** What core uses of WebAssembly (a part of the language's engines, not of browsers or Node). */
interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
interface WebAssemblyGlobal {
  readonly Memory: new (limits: { readonly initial: number }) => Memory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: { readonly run: (start: number, end: number) => number } }
}
declare const WebAssembly: WebAssemblyGlobal | undefined

const HEX = 16
let compiled: object | undefined

/** A part of the kernel's memory: its place in bytes, its length in words. */
type Part = (at: number, words: number) => Int32Array<ArrayBuffer>

/**
 * The compiled loop over plain segments (packages/core/kernel) with the memory that it shares with the table. Views are
 * valid until `rows` is called again.
 */
export interface Kernel {
  /** See `kernel-layout.ts`: `C_…` in bytes. */
  control: DataView
  window: Uint8Array
  /** Takes records between these places of the memory, and returns where it stopped. */
  run(start: number, end: number): number
  /** Calls `see` now, and whenever growing has replaced the memory, which keeps what it held. */
  share(see: (part: Part) => void): void
  /** Memory for the rows, what was there included. */
  rows(words: number): Uint32Array<ArrayBuffer>
}

/** Undefined where there is no WebAssembly, or a page's policy forbids it: then the general rules do it all. */
export function createKernel(): Kernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  try {
    compiled ??= new WebAssembly.Module(bytesOf(KERNEL_CODE))
    return kernelOver(WebAssembly, compiled)
  } catch {
    return undefined
  }
}

function kernelOver({ Memory, Instance }: WebAssemblyGlobal, module: object): Kernel {
  const memory = new Memory({ initial: Math.ceil(ROWS_AT / PAGE_BYTES) })
  const { run } = new Instance(module, { env: { memory } }).exports
  const viewsOf = (): { control: DataView; window: Uint8Array } => ({
    control: new DataView(memory.buffer, 0, CONTROL_BYTES),
    window: new Uint8Array(memory.buffer, WINDOW_AT, WINDOW_BYTES),
  })
  const part: Part = (at, words) => new Int32Array(memory.buffer, at, words)
  const sharers: ((part: Part) => void)[] = []
  return {
    ...viewsOf(),
    run,
    share(see) {
      sharers.push(see)
      see(part)
    },
    rows(words) {
      const missing = ROWS_AT + words * Uint32Array.BYTES_PER_ELEMENT - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
      Object.assign(this, viewsOf())
      for (const see of sharers) see(part)
      return new Uint32Array(memory.buffer, ROWS_AT, words)
    },
  }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), HEX),
  )
}
