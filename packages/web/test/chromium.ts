import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

/** Debian's; WHYRESET_CHROMIUM names another. */
const EXECUTABLE = process.env['WHYRESET_CHROMIUM'] ?? onPath('chromium')

/** Why tests in a browser are skipped; false where there is one. */
export const noChromium =
  EXECUTABLE === undefined ? 'chromium is not on PATH (apt-get install chromium)' : false

export function launch(): Promise<Browser> {
  if (EXECUTABLE === undefined) throw new Error(String(noChromium))
  // Its own sandbox wants a user that is not root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: EXECUTABLE, args })
}

/** A page whose complaints are kept: errors of scripts, of the policy, of loading. */
export async function openPage(
  context: BrowserContext,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return { page, complaints }
}

function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
