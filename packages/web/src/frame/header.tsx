import { COMPARE_LABELS, type PageData } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { VIEWS, type View } from '../address.ts'
import { leakRows } from '../tables/leak-rows.ts'
import { usePage } from './page-context.ts'

export function Header({
  data,
  home,
}: {
  readonly data: PageData | undefined
  readonly home: VNode | undefined
}): VNode {
  const { words, lang, theme, go } = usePage()
  const isDark = theme === 'dark'
  return (
    <header class="top">
      <div class="bar">
        <span class="brand">
          why<b>reset</b>
        </span>
        {home}
        {data !== undefined && <Views data={data} />}
        <span class="look">
          <button
            type="button"
            class="quiet"
            lang={lang === 'zh' ? 'en' : 'zh-CN'}
            onClick={() => {
              go({ lang: lang === 'zh' ? 'en' : 'zh' }, 'in-place')
            }}
          >
            {words.language}
          </button>
          <button
            type="button"
            class="quiet icon"
            aria-label={isDark ? words.toLight : words.toDark}
            title={isDark ? words.toLight : words.toDark}
            onClick={() => {
              go({ theme: isDark ? 'light' : 'dark' }, 'in-place')
            }}
          >
            <span aria-hidden="true">{isDark ? '☀' : '☾'}</span>
          </button>
        </span>
      </div>
    </header>
  )
}

function Views({ data }: { readonly data: PageData }): VNode | null {
  const { words, lang, address, hrefOf } = usePage()
  const own = COMPARE_LABELS[lang]
  const side =
    data.kind === 'comparison' ? (address.side === undefined ? undefined : data[address.side]) : data
  return (
    <>
      {data.kind === 'comparison' && (
        <nav aria-label={words.comparison} class="sides">
          {([undefined, 'before', 'after'] as const).map((name) => (
            <a
              key={name ?? ''}
              href={hrefOfSide(name, hrefOf)}
              aria-current={address.side === name ? 'page' : undefined}
            >
              {name === undefined ? words.comparison : own[name]}
            </a>
          ))}
        </nav>
      )}
      {side !== undefined && (
        <nav aria-label={words.menu}>
          {VIEWS.map((view) => {
            const count = countOf(view, side)
            return (
              <a key={view} href={hrefOf({ view })} aria-current={address.view === view ? 'page' : undefined}>
                {words.views[view]}
                {count !== undefined && <small>{count.toLocaleString('en')}</small>}
              </a>
            )
          })}
        </nav>
      )}
    </>
  )
}

function hrefOfSide(
  side: 'before' | 'after' | undefined,
  hrefOf: ReturnType<typeof usePage>['hrefOf'],
): string {
  const href = hrefOf({ view: 'answer', selection: {}, filter: {}, ...(side === undefined ? {} : { side }) })
  return side === undefined ? `#${withoutSide(href)}` : href
}

function withoutSide(href: string): string {
  const query = new URLSearchParams(href.slice(1))
  query.delete('side')
  return query.toString()
}

function countOf(view: View, { diagnosis, exhibits }: PageDataSide): number | undefined {
  switch (view) {
    case 'findings':
      return diagnosis.findings.length
    case 'incidents':
      return diagnosis.incidents.length
    case 'leaks':
      return leakRows(diagnosis, exhibits).length
    case 'inputs':
      return diagnosis.inputs.length
    case 'answer':
    case 'timeline':
    case 'connection':
    case 'hosts':
      return undefined
  }
}

type PageDataSide = Extract<PageData, { kind: 'comparison' }>['before']
