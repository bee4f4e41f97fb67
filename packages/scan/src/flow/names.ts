import type { Code, FunctionCode, Target, Test } from './code.ts'

/** Every variable that the function declares, those of the functions inside of it included. */
export function localsOf(code: FunctionCode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(code, (part) => {
    if (part.kind === 'function') for (const parameter of part.parameters) addNames(parameter, names)
    if (part.kind === 'assign' && part.declares) addNames(part.target, names)
    if (part.kind === 'scoped' && part.target !== undefined) addNames(part.target, names)
    if (part.kind === 'loop' && part.into !== undefined) addNames(part.into, names)
  })
  return names
}

/** Every variable that is read somewhere in the code. */
export function namesIn(code: Code): ReadonlySet<string> {
  const names = new Set<string>()
  visit(code, (part) => {
    if (part.kind === 'name') names.add(part.name)
  })
  return names
}

/** Visits the code and everything in it, without recursion: source may be nested as deep as it likes. */
function visit(code: Code, see: (part: Code) => void): void {
  const waiting: Code[] = [code]
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    see(part)
    waiting.push(...partsOf(part))
  }
}

function partsOf(code: Code): readonly Code[] {
  switch (code.kind) {
    case 'member':
      return [code.object]
    case 'call':
      return [code.callee, ...code.args]
    case 'assign':
      return [code.value]
    case 'pack':
    case 'sequence':
      return code.items
    case 'either':
      return [code.left, code.right]
    case 'branch':
      return [...testParts(code.test), code.whenTrue, code.whenFalse]
    case 'loop':
      return [
        ...(code.over === undefined ? [] : [code.over]),
        ...(code.test === undefined ? [] : testParts(code.test)),
        code.body,
      ]
    case 'switch':
      return [code.subject, ...code.cases]
    case 'try':
      return [
        code.body,
        ...code.handlers,
        ...(code.otherwise === undefined ? [] : [code.otherwise]),
        ...(code.finally === undefined ? [] : [code.finally]),
      ]
    case 'scoped':
      return [code.value, code.body]
    case 'return':
    case 'throw':
      return code.value === undefined ? [] : [code.value]
    case 'function':
      return [code.body]
    case 'defer':
      return [code.call]
    case 'name':
    case 'text':
    case 'null':
    case 'break':
    case 'continue':
      return []
  }
}

function testParts(test: Test): Code[] {
  switch (test.kind) {
    case 'not':
      return testParts(test.test)
    case 'and':
    case 'or':
      return [...testParts(test.left), ...testParts(test.right)]
    case 'is-null':
    case 'other':
      return [test.code]
  }
}

function addNames(target: Target, names: Set<string>): void {
  if (target.kind === 'name') names.add(target.name)
  if (target.kind === 'tuple') for (const item of target.items) addNames(item, names)
  if (target.kind === 'members') for (const { target: into } of target.entries) addNames(into, names)
}
