import { listed, type Read, type ReadSyntax } from '../cursor.ts'
import type { Script } from './script.ts'
import { readPattern, readName } from './patterns.ts'
import { ASSIGNED, GENERIC, TYPE } from './words.ts'

const MODIFIER = /(?:public|private|protected|static|override|readonly|async|get|set)(?=\s+[#\w$'"])/y
const OF_PARAMETER = /(?:public|private|protected|override|readonly)(?=\s+[\w${[])/y

/** `async function name(…) { … }` */
export function readFunction(cursor: Script, kind: 'function_declaration' | 'function_expression'): Read {
  cursor.skip()
  const { at } = cursor
  cursor.match(/async(?![\w$])/y)
  if (cursor.match(/function(?![\w$])/y) === undefined) return undefined
  cursor.skip()
  const name = cursor.sees('(') ? undefined : readName(cursor, 'identifier')
  const rest = readParametersAndBody(cursor)
  if (rest === undefined || (name === undefined && kind === 'function_declaration')) return undefined
  return cursor.node(kind, at, [rest.body], { name, ...rest })
}

export function readMethod(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  while (cursor.match(MODIFIER) !== undefined);
  const name = cursor.leaf('property_identifier', /#?[A-Za-z_$][\w$]*/y)
  const rest = name && readParametersAndBody(cursor)
  return rest && cursor.node('method_definition', at, [rest.body], { name, ...rest })
}

function readParametersAndBody(
  cursor: Script,
): { readonly parameters: ReadSyntax; readonly body: ReadSyntax } | undefined {
  const parameters = readParameters(cursor)
  const body = parameters && cursor.grammar.block(cursor)
  return body && { parameters, body }
}

/** With the type of what is returned. */
function readParameters(cursor: Script): Read {
  cursor.match(GENERIC)
  cursor.skip()
  const { at } = cursor
  if (!cursor.take('(')) return undefined
  const items = listed(cursor, ')', () => {
    cursor.skip()
    const start = cursor.at
    while (cursor.match(OF_PARAMETER) !== undefined);
    const pattern = readPattern(cursor)
    cursor.take('?')
    if (pattern === undefined || (cursor.take(':') && cursor.match(TYPE) === undefined)) return undefined
    if (cursor.match(ASSIGNED) !== undefined && cursor.grammar.expression(cursor) === undefined)
      return undefined
    return cursor.node('required_parameter', start, [pattern], { pattern })
  })
  const parameters = items && cursor.node('formal_parameters', at, items)
  return cursor.take(':') && cursor.match(TYPE) === undefined ? undefined : parameters
}

export function readArrow(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  cursor.match(/async(?=\s*[\w$(])(?!\s*=>)/y)
  cursor.skip()
  const parameter = cursor.sees('(') || cursor.sees('<') ? undefined : readName(cursor, 'identifier')
  const parameters = parameter === undefined ? readParameters(cursor) : undefined
  if ((parameter ?? parameters) === undefined || !cursor.take('=>')) return undefined
  cursor.skip()
  const body = cursor.sees('{') ? cursor.grammar.block(cursor) : cursor.grammar.expression(cursor)
  return body && cursor.node('arrow_function', at, [body], { parameter, parameters, body })
}
