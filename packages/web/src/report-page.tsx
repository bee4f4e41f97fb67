import type { PageData } from '@whyreset/report/page'
import { render } from 'preact'
import { App } from './frame/app.tsx'
import { drawForPaper } from './printing.ts'
import { WORDS } from './words.ts'

/** The page of `--html`: what it shows lies in the page itself. */
async function start(): Promise<void> {
  const root = document.getElementById('page')
  const element = document.getElementById('whyreset-data')
  if (root === null) return
  let data: PageData
  try {
    data = await readData(element?.textContent ?? '', element?.dataset['encoding'])
  } catch {
    root.textContent = `${WORDS.en.damaged} ${WORDS.zh.damaged}`
    return
  }
  const draw = (isPrinting: boolean): void => {
    render(<App data={data} isPrinting={isPrinting} />, root)
  }
  draw(false)
  drawForPaper(draw)
}

async function readData(text: string, encoding: string | undefined): Promise<PageData> {
  const json = encoding === 'gzip-base64' ? await unpack(text) : text
  const value: unknown = JSON.parse(json)
  if (!isPageData(value)) throw new TypeError('not the data of a page')
  return value
}

async function unpack(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}

/** The command that wrote the page wrote its data: that it is there is enough to know. */
function isPageData(value: unknown): value is PageData {
  return (
    typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'whyreset.page/1'
  )
}

void start()
