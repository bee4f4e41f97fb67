import type { VNode } from 'preact'
import { CopyButton } from '../../frame/copy-button.tsx'
import { usePage } from '../../frame/page-context.ts'
import { folderOf, shellWord } from '../../frame/shell-words.ts'
import { show } from '../../show.ts'
import type { PictureProps } from '../picture.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { hostPort } from '../lanes/order-lanes.ts'
import { displayFilters } from './chosen-ladder.ts'
import type { ChosenConnection } from './chosen-ladder.ts'

/** More files than this are named by their folder. */
const MAX_NAMED = 5

/** Where a connection's segments are not on the page: why, and what shows them. */
export function NotKept({
  chosen,
  props: { diagnosis, exhibits },
  texts,
}: {
  readonly chosen: ChosenConnection
  readonly props: PictureProps
  readonly texts: PictureTexts
}): VNode {
  const { narrow, address } = usePage()
  const { lane, incident } = chosen
  const client = incident?.client ?? (lane === undefined ? '' : hostPort(lane.client, lane.clientPort))
  const paths = diagnosis.inputs.map(({ path }) => path)
  const [part] = displayFilters(chosen)
  const capture = shellWord(paths[part?.input ?? incident?.input ?? lane?.input ?? 0] ?? '')
  const evidence = capture === 'FILE' ? capture : evidenceWords(paths)
  const commands = [
    ...(narrow === undefined
      ? [[texts.ladder.onPage, `whyreset ${evidence} --peer ${shellWord(client)} --html one.html`] as const]
      : []),
    ...(part === undefined
      ? []
      : [[texts.ladder.inTerminal, `tshark -r ${capture} -Y '${part.filter}'`] as const]),
  ]
  return (
    <div class="not-kept">
      <p>
        {texts.ladder.none(exhibits.ladders.length)}
        {isPiped(paths[part?.input ?? incident?.input ?? lane?.input ?? 0]) && ` ${texts.ladder.fromPipe}`}
      </p>
      {narrow !== undefined && (
        <p>
          <button
            type="button"
            class="quiet main"
            onClick={() => narrow({ ...address.asked, peer: client }, 'connection')}
          >
            {texts.ladder.showOwn}
          </button>
        </p>
      )}
      <dl>
        {commands.map(([name, command]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="command">
              <code>{show(command)}</code>
              <CopyButton text={command} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** Standard input, or `<(zcat …)` of a shell: it passes once. */
export function isPiped(path: string | undefined): boolean {
  return path === '-' || (path?.startsWith('/dev/fd/') ?? false)
}

function evidenceWords(paths: readonly string[]): string {
  const folder = paths.length > MAX_NAMED ? folderOf(paths) : undefined
  return folder === undefined ? paths.slice(0, MAX_NAMED).map(shellWord).join(' ') : shellWord(folder)
}
