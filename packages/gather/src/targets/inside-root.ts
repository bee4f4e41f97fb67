import { constants } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'

/**
 * Opens a regular file under a folder as if that folder were `/`. A container writes its own symbolic links, so each
 * step is taken from the handle of the step before, and a link is read and followed here, never by the kernel:
 * nothing outside the folder is reached, even while somebody inside swaps a folder for a link.
 * Fails as `open` does (`error.code`), with ELOOP after 40 links and EINVAL for what is no regular file.
 */
export async function openInside(root: string, path: string): Promise<FileHandle> {
  const { handle } = await walkInside(root, path)
  try {
    // A pipe would wait for its other end, and opening a device can act on it.
    if (!(await handle.stat()).isFile()) throw fault('EINVAL', path)
    return await open(`/proc/self/fd/${handle.fd}`, constants.O_RDONLY)
  } finally {
    await handle.close()
  }
}

/**
 * A handle that stands for whatever a path leads to inside a root, a folder or a socket as well: `/proc/self/fd/FD` is it.
 * The caller closes it.
 */
export async function handleInside(root: string, path: string): Promise<FileHandle> {
  return (await walkInside(root, path)).handle
}

/** The path below `root`, beginning with `/`, after every link in it has been followed inside. */
export async function resolveInside(root: string, path: string): Promise<string> {
  const { handle, names } = await walkInside(root, path)
  await handle.close()
  return `/${names.join('/')}`
}

/**
 * Opens a `LogSource` path. `/proc/PID/root/…` is looked up inside that root, anything else as the host's own file.
 * The caller closes the handle.
 */
export async function openTargetFile(path: string): Promise<FileHandle> {
  const [, root, inside] = /^(\/proc\/\d+\/root)(\/.*)$/s.exec(path) ?? []
  return openInside(root ?? '/', inside ?? path)
}

/** The first bytes of a small file inside a root; `undefined` where there is none that may be read. */
export async function readInside(
  root: string,
  path: string,
  maximumBytes: number,
): Promise<Buffer | undefined> {
  let handle: FileHandle
  try {
    handle = await openInside(root, path)
  } catch {
    return undefined
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maximumBytes), 0, maximumBytes, 0)
    return buffer.subarray(0, bytesRead)
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}

/** include/uapi/asm-generic/fcntl.h: a place in the file tree, not its content. Node has no name for it. */
const O_PATH = 0o10000000
/** As the kernel's own MAXSYMLINKS. */
const MAX_LINKS = 40
/** Each folder on the way is an open handle. */
const MAX_DEPTH = 128

async function walkInside(root: string, path: string): Promise<{ handle: FileHandle; names: string[] }> {
  const handles = [await open(root, O_PATH | constants.O_DIRECTORY)]
  const names: string[] = []
  const pending = path.split('/').toReversed()
  let links = 0
  try {
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === '' || name === '.') continue
      if (name === '..') {
        if (names.pop() !== undefined) await handles.pop()?.close()
        continue
      }
      const at = `/proc/self/fd/${handles.at(-1)?.fd}/${name}`
      const handle = await open(at, O_PATH | constants.O_NOFOLLOW)
      handles.push(handle)
      if ((await handle.stat()).isSymbolicLink()) {
        if (++links > MAX_LINKS) throw fault('ELOOP', path)
        const target = await readlink(at)
        await closeAfter(handles, target.startsWith('/') ? 1 : handles.length - 1)
        if (target.startsWith('/')) names.length = 0
        pending.push(...target.split('/').toReversed())
      } else {
        names.push(name)
        if (names.length > MAX_DEPTH) throw fault('ENAMETOOLONG', path)
      }
    }
    const handle = handles.pop()
    if (handle === undefined) throw fault('ENOENT', path)
    return { handle, names }
  } finally {
    await closeAfter(handles, 0)
  }
}

async function closeAfter(handles: FileHandle[], keep: number): Promise<void> {
  for (const handle of handles.splice(keep)) await handle.close()
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path })
}
