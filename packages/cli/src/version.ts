import { readShipped } from './executable.ts'

/** The version in the package.json that lies above the bundle. */
export const VERSION: string = versionIn(readShipped('../package.json'))

function versionIn(packageJson: string): string {
  const found: unknown = JSON.parse(packageJson)
  const isNamed = typeof found === 'object' && found !== null && 'version' in found
  return isNamed && typeof found.version === 'string' ? found.version : 'unknown'
}
