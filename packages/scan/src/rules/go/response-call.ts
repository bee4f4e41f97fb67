import type { Meaning } from '../../rule.ts'

/** A call that may give a response and an error: its values are taken, returned, or thrown away. */
export const RESPONSE_CALL = {
  kind: 'call_expression',
  all: [
    { has: { field: 'function', regex: '\\.(?:Get|Post|PostForm|Do)$' } },
    {
      any: [
        { has: { field: 'function', regex: '\\.(?:Post|PostForm)$' } },
        // They take one thing.
        { has: { field: 'arguments', not: { has: { nthChild: 2 } } } },
      ],
    },
  ],
  inside: {
    any: [
      { kind: 'short_var_declaration', has: { field: 'left', regex: '^[^,]+,[^,]+$' } },
      { kind: 'assignment_statement', has: { field: 'left', regex: '^[^,]+,[^,]+$' } },
      { kind: 'return_statement' },
      { kind: 'expression_statement' },
    ],
    stopBy: { any: [{ kind: 'block' }, { kind: 'argument_list' }, { kind: 'selector_expression' }] },
  },
  // A request that is a HEAD has no body; where one is made nearby, nobody can tell here.
  not: {
    inside: {
      any: [{ kind: 'function_declaration' }, { kind: 'method_declaration' }],
      stopBy: 'end',
      regex: 'MethodHead|"HEAD"',
    },
  },
}

/** These hand the connection over, body and all. */
export const HANDS_CONNECTION_OVER = /\bhttputil\.New(?:Proxy)?ClientConn\b/

/** Of net/http, by what it is called on; `Do` of anything that is given a request. */
export const RESPONSE_MEANING: Meaning = {
  is: /^(?:net\/)?http\.(?:(?:Client\.)?(?:Get|Post|PostForm)|Client\.Do)$/,
  takes: /^net\/http\.Request$/,
  isNamed: /^http\.(?:Get|Post|PostForm)$|[cC]lient(?:\(\))?\.Do$/,
}
