import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Runtime } from '../target.ts'
import { readProcLink, readText } from './proc.ts'

/**
 * The language runtime of a process, from its program file and the libraries that it has mapped; `undefined` where
 * these may not be read.
 */
export async function runtimeOf(pid: number): Promise<Runtime | undefined> {
  const exe = (await readProcLink(pid, 'exe'))?.replace(/ \(deleted\)$/, '')
  if (exe === undefined) return undefined
  const program = exe.slice(exe.lastIndexOf('/') + 1)
  const byName = BY_PROGRAM.find(([, pattern]) => pattern.test(program))?.[0]
  if (byName !== undefined) return { kind: byName, pid }
  // A launcher of its own (jsvc, uwsgi, Apache's PHP, a .NET host) maps the runtime as a library.
  const maps = (await readText(`/proc/${pid}/maps`)) ?? ''
  const byLibrary = BY_LIBRARY.find(([, pattern]) => pattern.test(maps))?.[0]
  if (byLibrary !== undefined) return { kind: byLibrary, pid }
  return { kind: (await isGoProgram(`/proc/${pid}/exe`)) ? 'go' : 'native', pid }
}

const BY_PROGRAM: readonly (readonly [Runtime['kind'], RegExp])[] = [
  ['jvm', /^java$/],
  ['node', /^node(?:js)?(?:-?\d+)?$/],
  ['python', /^(?:python|pypy)[\d.]*[a-z]*$/],
  ['dotnet', /^dotnet$/],
  ['ruby', /^ruby[\d.]*$/],
  ['php', /^php(?:-fpm|-cgi)?[\d.]*$/],
]

const BY_LIBRARY: readonly (readonly [Runtime['kind'], RegExp])[] = [
  ['jvm', /\/libjvm\.so$/m],
  ['dotnet', /\/(?:libcoreclr\.so|System\.Private\.CoreLib\.dll)$/m],
  ['node', /\/libnode\.so[\d.]*$/m],
  ['php', /\/libphp[\d.]*\.so$/m],
  ['ruby', /\/libruby[-\d.]*\.so[\d.]*$/m],
  ['python', /\/libpython[\d.]+[a-z]*\.so[\d.]*$/m],
]

/** Names of sections that Go's linker writes (cmd/link/internal/ld, debug/buildinfo), stripped programs included. */
const GO_SECTIONS = /\0\.(?:go\.buildinfo|note\.go\.buildid|gopclntab)\0/
/** Section names of any program take a few hundred bytes. */
const MAX_NAMES_BYTES = 65_536

async function isGoProgram(path: string): Promise<boolean> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, constants.O_RDONLY)
    return GO_SECTIONS.test(`\0${await sectionNames(handle)}`)
  } catch {
    return false
  } finally {
    await handle?.close()
  }
}

/** ELF64, little-endian (elf(5)): `e_shoff`, `e_shentsize` and `e_shstrndx` lead to the names of the sections. */
async function sectionNames(handle: FileHandle): Promise<string> {
  const header = await readAt(handle, 0, 64)
  const isElf64 =
    header.length === 64 && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2 && header[5] === 1
  if (!isElf64) return ''
  const entryBytes = header.readUInt16LE(0x3a)
  const namesIndex = header.readUInt16LE(0x3e)
  const section = await readAt(handle, Number(header.readBigUInt64LE(0x28)) + entryBytes * namesIndex, 64)
  if (section.length < 64) return ''
  const bytes = Number(section.readBigUInt64LE(0x20))
  return (
    await readAt(handle, Number(section.readBigUInt64LE(0x18)), Math.min(bytes, MAX_NAMES_BYTES))
  ).toString('latin1')
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
