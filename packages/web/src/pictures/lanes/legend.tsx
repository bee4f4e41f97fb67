import type { VNode } from 'preact'
import type { PictureTexts } from '../picture-texts.ts'

/** What the shapes mean; the canvas draws the same ones. */
export function LaneLegend({
  texts,
  hasCollections,
}: {
  readonly texts: PictureTexts
  readonly hasCollections: boolean
}): VNode {
  const { legend, outcomes } = texts
  return (
    <ul class="pic-legend">
      <Item text={legend.handshake}>
        <rect x="3" y="3" width="12" height="8" fill="none" stroke="var(--ink)" />
      </Item>
      <Item text={legend.clientData}>
        <rect x="0" y="2" width="18" height="5" fill="var(--data)" />
        <rect x="0" y="7" width="18" height="1.5" fill="var(--open)" />
      </Item>
      <Item text={legend.serverData}>
        <rect x="0" y="7" width="18" height="5" fill="var(--data)" />
        <rect x="0" y="5.5" width="18" height="1.5" fill="var(--open)" />
      </Item>
      <Item text={legend.zeroWindow}>
        <rect x="0" y="3" width="18" height="8" fill="var(--stall)" opacity="0.4" />
        <path d="M0 11l8-8M5 11l8-8M10 11l8-8" stroke="var(--stall)" stroke-width="1.2" />
      </Item>
      {hasCollections && (
        <Item text={legend.collection}>
          <rect x="8" y="0" width="3" height="14" fill="var(--collection)" opacity="0.5" />
        </Item>
      )}
      <Item text={legend.rst}>
        <path d="M5 3l8 8M13 3l-8 8" stroke="var(--reset)" stroke-width="2.2" />
      </Item>
      <Item text={texts.listed([legend.fin, outcomes.closed])}>
        <rect x="5" y="3" width="8" height="8" fill="var(--closed)" />
      </Item>
      <Item text={outcomes['half-closed']}>
        <rect x="5" y="3" width="8" height="8" fill="none" stroke="var(--close-wait)" stroke-width="2" />
        <rect x="5" y="3" width="4" height="8" fill="var(--close-wait)" />
      </Item>
      <Item text={outcomes.open}>
        <path d="M6 2l6 5-6 5" fill="none" stroke="var(--open)" stroke-width="2" />
      </Item>
      <Item text={outcomes.refused}>
        <path d="M3 3h12l-6 9z" fill="var(--refused)" />
      </Item>
      <Item text={outcomes.unanswered}>
        <path d="M4 3h10l-5 8z" fill="none" stroke="var(--refused)" stroke-width="2" />
      </Item>
    </ul>
  )
}

function Item({ text, children }: { readonly text: string; readonly children: VNode | VNode[] }): VNode {
  return (
    <li>
      <svg viewBox="0 0 18 14" aria-hidden="true">
        {children}
      </svg>
      {text}
    </li>
  )
}
