import { Cursor, type Read } from '../cursor.ts'
import type { Dialect, Reading } from '../dialect.ts'
import { readExpression } from './expressions.ts'
import { readArrow, readFunction, readMethod } from './functions.ts'
import { readArguments } from './lists.ts'
import type { Grammar, Script } from './script.ts'
import { readBlock, readStatement, readStatements } from './statements.ts'
import { COMMENT } from './words.ts'

const FUNCTIONS = new Set([
  'function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
])
const STATEMENTS = new Set([
  'expression_statement',
  'for_in_statement',
  'for_statement',
  'if_statement',
  'lexical_declaration',
  'return_statement',
  'statement_block',
  'switch_statement',
  'throw_statement',
  'try_statement',
  'variable_declaration',
  'while_statement',
])

/** As tree-sitter-typescript names them. */
export const ecmascriptDialect: Dialect = {
  kinds: new Set([
    ...FUNCTIONS,
    ...STATEMENTS,
    'arguments',
    'array',
    'assignment_expression',
    'await_expression',
    'binary_expression',
    'call_expression',
    'member_expression',
    'new_expression',
    'object',
    'parenthesized_expression',
    'template_string',
    'ternary_expression',
    'unary_expression',
  ]),
  read: (source, start, end, kind) => readWhole(new Cursor(source, start, end, GRAMMAR), kind),
}

const GRAMMAR: Grammar = {
  comment: COMMENT,
  expression: readExpression,
  statement: readStatement,
  statements: readStatements,
  block: readBlock,
  functionOf: readFunction,
  arrow: readArrow,
  method: readMethod,
}

function readWhole(cursor: Script, kind: string): Reading {
  const node = readKind(cursor, kind)
  return node?.kind === kind && cursor.isAtEnd ? node : cursor.at
}

function readKind(cursor: Script, kind: string): Read {
  if (kind === 'method_definition') return readMethod(cursor)
  if (kind === 'function_declaration' || STATEMENTS.has(kind)) return readStatement(cursor)
  return kind === 'arguments' ? readArguments(cursor) : readExpression(cursor)
}
