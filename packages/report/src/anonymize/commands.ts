/**
 * A command to paste, with everything in it hidden but the tool, its subcommands and its options, addresses
 * (replaced) and the names of inputs (replaced).
 */
export function hideArguments(command: string, replace: (word: string) => string | undefined): string {
  return command
    .split(' ')
    .map((word) => {
      if (word === '' || KNOWN_WORDS.has(word) || OPTION.test(word)) return word
      return replace(word) ?? HIDDEN
    })
    .join(' ')
}

const HIDDEN = '…'
/** Short options, and the long ones that this program and `ss` have. */
const OPTION =
  /^(?:-[a-zA-Z]{1,8}|--(?:peer|until|filter|gc-log|from|to|diagnosis|json|lang|width|anonymize|exit-code))$/
const KNOWN_WORDS = new Set([
  'whyreset',
  'analyze',
  'capture',
  'watch',
  'compare',
  'scan',
  'explain',
  'lab',
  'serve',
  'ss',
  'nstat',
  'tcpdump',
  'netstat',
  'conntrack',
  'sysctl',
  'src/',
  '|',
  '&&',
])
