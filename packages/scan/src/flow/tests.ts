import type { Test } from './code.ts'
import { end, merge, nullText, split, type State } from './state.ts'
import { MAX_STATES, type Walker } from './walker.ts'

interface Ways {
  readonly yes: State[]
  readonly no: State[]
}

/** The states in which a condition holds, and those in which it does not. */
export function tested(walk: Walker, test: Test, states: readonly State[]): Ways {
  switch (test.kind) {
    case 'not': {
      const { yes, no } = tested(walk, test.test, states)
      return { yes: no, no: yes }
    }
    case 'and': {
      const left = tested(walk, test.left, states)
      const right = tested(walk, test.right, left.yes)
      return { yes: right.yes, no: merge([...left.no, ...right.no], MAX_STATES) }
    }
    case 'or': {
      const left = tested(walk, test.left, states)
      const right = tested(walk, test.right, left.no)
      return { yes: merge([...left.yes, ...right.yes], MAX_STATES), no: right.no }
    }
    case 'is-null': {
      const { things, rest } = evaluated(walk, test, states)
      const { yes, no } = split(rest, test.code.kind === 'name' ? nullText(test.code.name) : test.text)
      return { yes, no: [...no, ...things] }
    }
    case 'other': {
      const { things, rest } = evaluated(walk, test, states)
      const { yes, no } = split(rest, test.text)
      const { isYes, isNo } = withoutBody(test.text)
      return { yes: endedIf(isYes, [...yes, ...things]), no: endedIf(isNo, no) }
    }
  }
}

function evaluated(
  walk: Walker,
  { code }: Test & { readonly kind: 'is-null' | 'other' },
  states: readonly State[],
): { readonly things: State[]; readonly rest: State[] } {
  const ways = states.flatMap((state) => walk.value(code, state))
  return {
    things: ways.filter(({ value }) => value !== 'other').map(({ state }) => state),
    rest: ways.filter(({ value }) => value === 'other').map(({ state }) => state),
  }
}

function endedIf(isEnded: boolean, states: State[]): State[] {
  return isEnded ? states.map((state) => ({ ...state, status: end(state) })) : states
}

const NO_BODY =
  /\b(?:204|205|304|HEAD|NO_CONTENT|NoContent|NOT_MODIFIED|StatusNoContent|StatusNotModified|MethodHead|SC_NO_CONTENT|SC_NOT_MODIFIED|HTTP_NOT_MODIFIED|HTTP_NO_CONTENT)\b/

/** On which answer there is no body at all (RFC 9110 §6.4.1): of a HEAD, of 204, 205 and 304. */
function withoutBody(text: string): { readonly isYes: boolean; readonly isNo: boolean } {
  if (!NO_BODY.test(text)) return { isYes: false, isNo: false }
  const isNo = /!=|\bis not\b|!\w+\.equals/.test(text)
  return { isYes: !isNo, isNo }
}
