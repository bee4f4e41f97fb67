import type { Comparison } from '@whyreset/core'
import {
  COMPARE_LABELS,
  harmlessPhrases,
  renderMessage,
  rowsOf,
  sidePhrase,
  type RowPhrases,
} from '@whyreset/report/page'
import type { VNode } from 'preact'
import { show } from '../show.ts'
import { usePage } from './page-context.ts'

/** What went away, what stayed and what is new. */
export function ComparisonView({ comparison }: { readonly comparison: Comparison }): VNode {
  const { lang, labels, hrefOf } = usePage()
  const own = COMPARE_LABELS[lang]
  const rows = rowsOf(comparison, lang)
  const harmless = harmlessPhrases(comparison, lang)
  const notes = comparison.notes.map((note) => renderMessage(note, lang))
  return (
    <div class="comparison">
      <section
        class={`verdict ${rows.some(({ change }) => change === 'stayed' || change === 'new') ? 'warning' : 'info'}`}
      >
        <h1>{show(renderMessage(comparison.verdict, lang))}</h1>
      </section>
      <div class="sides-told">
        {(['before', 'after'] as const).map((name) => (
          <section key={name}>
            <h2>
              <a href={hrefOf({ side: name, view: 'answer', selection: {} })}>{own[name]}</a>
            </h2>
            <p>{show(sidePhrase(comparison[name], lang))}</p>
            <p class="dim">{show(renderMessage(comparison[name].verdict, lang))}</p>
          </section>
        ))}
      </div>
      <ul class="changes">
        {rows.map((row, index) => (
          <Change key={index} row={row} />
        ))}
      </ul>
      {harmless.length > 0 && (
        <p class="dim">
          {labels.also}
          {labels.colon}
          {show(harmless.join(' · '))}
        </p>
      )}
      {notes.length > 0 && (
        <section class="block">
          <h2>{own.note}</h2>
          <ul>
            {notes.map((note, index) => (
              <li key={index}>{show(note)}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function Change({ row }: { readonly row: RowPhrases }): VNode {
  const own = COMPARE_LABELS[usePage().lang]
  const lines = [
    [own.before, row.before, row.endsBefore],
    [own.after, row.after, row.endsAfter],
    [own.chance, row.chance, ''],
  ] as const
  return (
    <li class={row.isSure ? row.change : 'unsure'}>
      <h2>
        <span class="badge">{row.became}</span> {show(row.title)}
      </h2>
      <dl>
        {lines
          .filter(([, told]) => told !== '')
          .map(([name, told, ends]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {show(told)}
                {ends !== '' && <code>{show(ends)}</code>}
              </dd>
            </div>
          ))}
      </dl>
    </li>
  )
}
