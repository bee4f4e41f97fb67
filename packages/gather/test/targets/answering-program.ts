import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * An executable that gives the answers of `fixtures/targets/NAME.json`, each for the arguments that are its key, and
 * fails for others. `replace` puts real pids and times in the place of the fixture's.
 */
export async function answeringProgram(
  folder: string,
  name: string,
  replace: (text: string) => string,
): Promise<string> {
  const fixture = await readFile(new URL(`../fixtures/targets/${name}.json`, import.meta.url), 'utf8')
  const answers: unknown = JSON.parse(replace(fixture))
  const home = join(folder, name)
  await mkdir(home)
  for (const [args, answer] of Object.entries(answers ?? {})) {
    const lines: unknown =
      Array.isArray(answer) && answer.every((line) => typeof line === 'string') ? answer : undefined
    const text = Array.isArray(lines) ? lines.map((line) => `${line}\n`).join('') : JSON.stringify(answer)
    await writeFile(join(home, fileOf(args)), text)
  }
  const program = join(home, 'program')
  const script = `#!/bin/sh\nexec cat "${home}/$(printf %s "$*" | tr -c A-Za-z0-9 _)"\n`
  await writeFile(program, script, { mode: 0o755 })
  return program
}

function fileOf(args: string): string {
  return args.replace(/[^A-Za-z0-9]/g, '_')
}
