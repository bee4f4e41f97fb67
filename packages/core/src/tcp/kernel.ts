import { KERNEL_CODE } from './kernel-code.ts'
import { MAX_PAGES, PAGE_BYTES, ROWS_AT, WINDOW_AT, WINDOW_BYTES } from './kernel-layout.ts'

/** What core uses of WebAssembly (a part of the language's engines, not of browsers or Node). */
interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
interface WebAssemblyGlobal {
  readonly Memory: new (limits: {
    readonly initial: number
    readonly maximum: number
    readonly shared: boolean
  }) => Memory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Exports }
}
declare const WebAssembly: WebAssemblyGlobal | undefined

interface Exports {
  readonly run: (start: number, end: number) => number
  readonly prepare: (
    layout: number,
    start: number,
    end: number,
    out: number,
    limit: number,
    passesUnusual: boolean,
  ) => number
}

/** `env.memory` in the import section, and that what is imported is a memory; its flags follow. */
const MEMORY_IMPORT = '03656e76066d656d6f727902'
/** With a maximum; shared or not. */
const [SHARED, UNSHARED] = ['03', '01']

/** A part of the kernel's memory: its place in bytes, its length in words. */
type Part = (at: number, words: number) => Int32Array<ArrayBuffer>

/** What another thread needs to work for this one; it can be posted there. */
export interface AheadJob {
  readonly module: object
  readonly memory: { readonly buffer: ArrayBuffer }
}

/**
 * The compiled loop over plain segments (packages/core/kernel) with the memory that it shares with the table. Views are
 * valid until `rows` is called again.
 */
export interface Kernel {
  /** See `kernel-layout.ts`: `C_…` in bytes. */
  control: DataView
  window: Uint8Array
  /** Where the memory can be shared with another thread. */
  readonly job: AheadJob | undefined
  /** Takes records between these places of the memory, and returns where it stopped. */
  run(start: number, end: number): number
  /** Calls `see` now, and whenever growing has replaced the memory, which keeps what it held. */
  share(see: (part: Part) => void): void
  /** Memory for the rows, what was there included. */
  rows(words: number): Uint32Array<ArrayBuffer>
}

/**
 * Undefined where there is no WebAssembly, or a page's policy forbids it: then the general rules do it all.
 *
 * @param isShared whether another thread will prepare records, if the runtime has memory for two
 */
export function createKernel(isShared: boolean): Kernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  try {
    return kernelOver(WebAssembly, isShared)
  } catch {
    return isShared ? createKernel(false) : undefined
  }
}

/** What the kernel exports, over a memory that another thread made. */
export function kernelOf({ module, memory }: AheadJob): Exports {
  if (typeof WebAssembly === 'undefined') throw new Error('no WebAssembly')
  // It was made as one by `kernelOver`, and posted here.
  return new WebAssembly.Instance(module, { env: { memory: memory as Memory } }).exports
}

const compiled = new Map<boolean, object>()

function kernelOver({ Memory, Module, Instance }: WebAssemblyGlobal, shared: boolean): Kernel {
  const module = compiled.get(shared) ?? new Module(bytesOf(shared ? KERNEL_CODE : unshared(KERNEL_CODE)))
  compiled.set(shared, module)
  const memory = new Memory({ initial: Math.ceil(ROWS_AT / PAGE_BYTES), maximum: MAX_PAGES, shared })
  const { run } = new Instance(module, { env: { memory } }).exports
  const viewsOf = (): { control: DataView; window: Uint8Array } => ({
    control: new DataView(memory.buffer, 0, ROWS_AT),
    window: new Uint8Array(memory.buffer, WINDOW_AT, WINDOW_BYTES),
  })
  const part: Part = (at, words) => new Int32Array(memory.buffer, at, words)
  const sharers: ((part: Part) => void)[] = []
  return {
    ...viewsOf(),
    job: shared ? { module, memory } : undefined,
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

/** The same code for a memory of one thread: sharing is one flag of the memory that it imports. */
function unshared(code: string): string {
  return code.replace(MEMORY_IMPORT + SHARED, MEMORY_IMPORT + UNSHARED)
}

/** Digit by digit: cutting and parsing the pairs took 2 ms of a large capture's first 100. */
function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = (digit(hex.charCodeAt(index * 2)) << 4) | digit(hex.charCodeAt(index * 2 + 1))
  return bytes
}

/** Of the code of `0`–`9` or `a`–`f`: letters have bit 6, and begin with 1 in the lower half. */
function digit(code: number): number {
  return (code & 0xf) + (code >> 6) * 9
}
