import type { SourcePlace, SourceReport } from '@whyreset/core'
import {
  fixSays,
  isSameFix,
  renderMessage,
  ruleSays,
  SCAN_LABELS,
  sourceSummary,
  sourceVerdict,
} from '@whyreset/report/page'
import type { VNode } from 'preact'
import { cleanShort, show } from '../show.ts'
import { CopyButton } from './copy-button.tsx'
import { usePage } from './page-context.ts'

/** The rest is in the JSON. */
const MAX_PLACES = 5

/** The lines of source that explain what was found, each with what speaks for it and what to write instead. */
export function SourcePlaces({ source }: { readonly source: SourceReport }): VNode {
  const { lang } = usePage()
  const shown = source.results.slice(0, MAX_PLACES)
  const hidden = source.results.length - shown.length
  return (
    <section class="source">
      <h2>{show(sourceVerdict(source, lang))}</h2>
      <p class="dim">{show(sourceSummary(source, lang))}</p>
      {shown.map((place, index) => (
        <Place
          key={index}
          place={place}
          isFixShown={!shown.slice(0, index).some((before) => isSameFix(before, place))}
        />
      ))}
      {hidden > 0 && <p class="dim">{SCAN_LABELS[lang].more(hidden)}</p>}
    </section>
  )
}

function Place({ place, isFixShown }: { readonly place: SourcePlace; readonly isFixShown: boolean }): VNode {
  const { labels, lang, words } = usePage()
  const outcome = SCAN_LABELS[lang].outcomes[place.outcome]
  return (
    <article>
      <h3>
        <code>{show(`${place.file}:${place.line}:${place.column}`)}</code>
        <span class={`badge ${place.severity}`}>{words.severity[place.severity]}</span>
        <span class="dim">{labels.confidence(place.confidence)}</span>
      </h3>
      <Code place={place} />
      <p>
        {show(ruleSays(place, lang))}
        {outcome !== '' && labels.remark(outcome)}
      </p>
      {place.evidence !== undefined && (
        <ul>
          {place.evidence.map((says, index) => (
            <li key={index}>{show(renderMessage(says, lang))}</li>
          ))}
        </ul>
      )}
      {isFixShown && place.fix !== '' && (
        <>
          <h4>{labels.fix}</h4>
          <div class="command">
            <code>{codeText(fixSays(place.fix, lang))}</code>
            <CopyButton text={codeText(fixSays(place.fix, lang))} />
          </div>
        </>
      )}
      <p class="dim">
        {SCAN_LABELS[lang].rule}
        {labels.colon}
        {show(`${place.rule} (${place.causes.join(', ')})`)}
      </p>
    </article>
  )
}

/** The lines around the place with their numbers; nothing where `--anonymize` hid them. */
function Code({ place: { frame, line } }: { readonly place: SourcePlace }): VNode | null {
  if (frame.lines.every((text) => text === '…')) return null
  return (
    <ol class="code" start={frame.from}>
      {frame.lines.map((text, index) => (
        <li key={index} value={frame.from + index} class={frame.from + index === line ? 'here' : ''}>
          <code>{codeText(text)}</code>
        </li>
      ))}
    </ol>
  )
}

/** UTF-16 units of code in one piece. */
const MAX_CODE_LENGTH = 2000

/** Its lines and its indent stay; whatever else would turn or hide it does not. */
function codeText(text: string): string {
  return text
    .split('\n')
    .map((line) => cleanShort(line.replaceAll('\t', '  '), MAX_CODE_LENGTH))
    .join('\n')
}
