import type { Language } from './languages/language.ts'

/** A file of source as the scan reads it. */
export interface SourceFile {
  /** As people know it, with `/`. */
  readonly name: string
  readonly text: string
  readonly extension: string
  readonly language: Language
}
