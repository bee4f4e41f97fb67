export const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y
export const WORD = /[A-Za-z_$][\w$]*/y
export const STRING = /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/y
export const ASSIGNED = /=(?![=>])/y
export const DECLARES = /(?:const|let|var)(?![\w$])/y

/** `<T, Map<U, V>>`. */
const GENERICS = '<(?:[^<>()=;{}`]|<(?:[^<>()=;{}`]|<[^<>()=;{}`]*>)*>)*>'
export const GENERIC = new RegExp(GENERICS, 'y')
const SIMPLE_TYPE = `(?:[\\w$.]+(?:${GENERICS})?|'[^'\\n]*'|"[^"\\n]*")(?:\\[\\])*`
/** A type that holds neither functions nor conditions: nothing of it matters. */
export const TYPE = new RegExp(
  `${SIMPLE_TYPE}(?:\\s*[|&]\\s*${SIMPLE_TYPE})*(?![\\w$.])(?!\\s*(?:\\|(?!\\|)|&(?!&)|<)|[\\[({])`,
  'y',
)

/** Words that are an expression of their own. */
export const OWN_KIND: ReadonlyMap<string, string> = new Map(
  ['this', 'super', 'null', 'undefined', 'true', 'false'].map((word) => [word, word]),
)
/** Words that begin something else, and words that are none. */
export const OTHER_WORDS = new Set(
  'as async await break case catch class const continue debugger default delete do else enum export extends finally for function if import in instanceof let new return satisfies static switch throw try typeof using var void while with yield'.split(
    ' ',
  ),
)
