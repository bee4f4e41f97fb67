import type { Code, FunctionCode, Target, Test } from './code.ts'

const LOCALS = new WeakMap<FunctionCode, ReadonlySet<string>>()
const READ = new WeakMap<FunctionCode, ReadonlySet<string>>()

/** Every variable that the function declares, those of the functions inside of it included. */
export function localsOf(code: FunctionCode): ReadonlySet<string> {
  const known = LOCALS.get(code)
  if (known !== undefined) return known
  const names = new Set<string>()
  LOCALS.set(code, names)
  visit(code, (part) => {
    if (part.kind === 'function') for (const parameter of part.parameters) addNames(parameter, names)
    if (part.kind === 'assign' && part.declares) addNames(part.target, names)
    if (part.kind === 'scoped' && part.target !== undefined) addNames(part.target, names)
    if (part.kind === 'loop' && part.into !== undefined) addNames(part.into, names)
  })
  return names
}

/** Every variable that is read somewhere in the function. */
export function namesIn(code: FunctionCode): ReadonlySet<string> {
  const known = READ.get(code)
  if (known !== undefined) return known
  const names = new Set<string>()
  READ.set(code, names)
  visit(code, (part) => {
    if (part.kind === 'name') names.add(part.name)
  })
  return names
}

/**
 * The opening and all that it stands in. Before the opening and on ways around it there is nothing to follow, so
 * what is not among these is passed over there: most of a long function.
 */
export function pathTo(code: Code, openedBy: number): ReadonlySet<Code> {
  const path = new Set<Code>()
  const isOnPath = (part: Code): boolean => {
    // All parts are asked: an opening may stand in several, as what a loop goes through does.
    const isAbove = partsOf(part).filter(isOnPath).length > 0
    const isIt = isAbove || (part.kind === 'call' && part.at.id === openedBy)
    if (isIt) path.add(part)
    return isIt
  }
  isOnPath(code)
  return path
}

/** Whether nothing comes behind it. */
export function isLeaving(code: Code): boolean {
  if (code.kind === 'sequence') {
    const last = code.items.at(-1)
    return last !== undefined && isLeaving(last)
  }
  return /^(?:return|throw|break|continue)$/.test(code.kind)
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
