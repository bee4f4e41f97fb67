import { isSea } from 'node:sea'

/** What to say where the parsers, which are machine code and optional packages of npm, are not there. */
export function missingParsers(what: string, reason: string): string {
  if (isSea())
    return `${what} needs parsers that are files of their own, and this single executable has none: npx whyreset scan SRC`
  if (/^Cannot find (?:module|package)/.test(reason))
    return `${what} needs the optional packages @ast-grep/*, which are not installed: npm install -g whyreset --include=optional`
  return `${what} has no parsers for ${process.platform} on ${process.arch}: @ast-grep/napi said ${reason}`
}
