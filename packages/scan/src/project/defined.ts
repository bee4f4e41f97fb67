import type { SgNode } from '@ast-grep/napi'
import { posix } from 'node:path'
import type { SourceFile } from '../source-file.ts'
import { namespaceOf } from './csharp-names.ts'
import { packageOf } from './jvm-names.ts'
import type { Defined } from './meant.ts'
import { moduleOf } from './module-names.ts'

const CLASS = /^(?:class|interface|enum|record|struct|object|abstract_class)_(?:declaration|definition)$/

/** How others name a function of the file. */
export function definedBy(file: SourceFile, node: SgNode, functionName: string): Defined {
  const around = node.ancestors().find((ancestor) => CLASS.test(String(ancestor.kind())))
  const holder = around === undefined ? receiverOf(node) : nameOfClass(around)
  return {
    language: file.language.id,
    functionName,
    file: file.name,
    home: homeOf(file),
    ...(holder === undefined ? {} : { holder }),
    supers: around === undefined ? [] : supersOf(around),
    isExtension: /^\(\s*this\s/.test(node.field('parameters')?.text() ?? ''),
  }
}

function homeOf({ name, text, language }: SourceFile): string {
  switch (language.id) {
    case 'java':
    case 'kotlin':
      return packageOf(text)
    case 'csharp':
      return namespaceOf(text)
    case 'javascript':
      return moduleOf(name)
    case 'python':
      return name.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')
    case 'go':
      return posix.dirname(name)
  }
}

/** The class's name; Kotlin's grammar has no fields. */
function nameOfClass(node: SgNode): string | undefined {
  const name = node.field('name') ?? node.children().find((child) => child.kind() === 'type_identifier')
  return name?.text()
}

/** Go: what a method belongs to. */
function receiverOf(node: SgNode): string | undefined {
  return /(\w+)(?:\[[^\]]*\])?\s*\)$/.exec(node.field('receiver')?.text() ?? '')?.[1]
}

/** UTF-16 units of a class's head. */
const MAX_HEAD = 2000

/** `class A extends B implements C, D`: every name with a capital behind the class's own. */
function supersOf(node: SgNode): readonly string[] {
  const text = node.text().slice(0, MAX_HEAD)
  const head = /\b(?:extends|implements)\b|:/.exec(text.slice(0, text.indexOf('{') + 1 || undefined))
  if (head === null) return []
  const rest = text.slice(head.index, text.indexOf('{') + 1 || undefined)
  return [...rest.matchAll(/\b[A-Z]\w*/g)].map(([name]) => name)
}
