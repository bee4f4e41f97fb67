import type { Diagnosis, Exhibits, Trigger, TriggerExhibit } from '@whyreset/core'
import type { VNode } from 'preact'
import { lengthOf } from '../axis/clock.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { lagsOf } from './lags.ts'

const WIDTH = 268
const HEIGHT = 96
const SIDE = 14
const BASE = HEIGHT - 26

/** How often bursts followed a collection, beside how often chance alone would have had it so. */
export function Chance({
  trigger,
  exhibit,
  exhibits,
  texts,
}: {
  readonly trigger: Trigger
  readonly exhibit: TriggerExhibit
  readonly exhibits: Exhibits
  readonly texts: PictureTexts
}): VNode {
  const { chance } = texts
  const factor = trigger.expectedByChance > 0 ? trigger.matched / trigger.expectedByChance : undefined
  const isTiny = trigger.pValue < 0.001
  const p = isTiny ? '< 0.001' : `= ${Number(trigger.pValue.toPrecision(1))}`
  const records = isTiny ? 1000 : Math.max(1, Math.round(1 / trigger.pValue))
  return (
    <aside class="pic-chance">
      <h3>{chance.heading(trigger.matched, trigger.of, lengthOf(trigger.withinMs * 1e6))}</h3>
      <Level name={chance.observed} value={trigger.matched} of={trigger.of} texts={texts} kind="observed" />
      <Level
        name={chance.expected}
        value={trigger.expectedByChance}
        of={trigger.of}
        texts={texts}
        kind="expected"
      />
      <p>
        {factor !== undefined && factor >= 2 && (
          <>{chance.times(factor >= 10 ? String(Math.round(factor)) : factor.toFixed(1))} </>
        )}
        {chance.oneIn(isTiny, records, p)}
      </p>
      <LagPlot exhibit={exhibit} exhibits={exhibits} withinNs={trigger.withinMs * 1e6} texts={texts} />
    </aside>
  )
}

/** The finding of a trigger, if it has numbers. */
export function triggerOf({ findings }: Diagnosis, exhibit: TriggerExhibit): Trigger | undefined {
  return findings[exhibit.finding]?.trigger
}

function Level({
  name,
  value,
  of,
  kind,
  texts,
}: {
  readonly name: string
  readonly value: number
  readonly of: number
  readonly kind: 'observed' | 'expected'
  readonly texts: PictureTexts
}): VNode {
  const share = of === 0 ? 0 : Math.min(1, value / of)
  const number = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(2)))
  return (
    <div class={`pic-level ${kind}`}>
      <span>{name}</span>
      <span class="pic-bar">
        <i style={{ width: `${Math.max(share * 100, value > 0 ? 0.8 : 0)}%` }} />
      </span>
      <b>{texts.chance.bursts(number, of)}</b>
    </div>
  )
}

/** `10 s`, not `0:10`. */
function decadeName(ns: number): string {
  return ns < 1e9 ? lengthOf(ns) : `${Math.round(ns / 1e9)} s`
}

/** Dots on a logarithmic axis of the time since the last collection; where chance would put the middle one. */
function LagPlot({
  exhibit,
  exhibits,
  withinNs,
  texts,
}: {
  readonly exhibit: TriggerExhibit
  readonly exhibits: Exhibits
  readonly withinNs: number
  readonly texts: PictureTexts
}): VNode | null {
  const { lagsNs, chanceMedianNs, withoutCollection } = lagsOf(exhibit, exhibits)
  if (lagsNs.length === 0) return null
  const least = 10 ** Math.floor(Math.log10(Math.max(1e4, Math.min(...lagsNs, withinNs))))
  const most = 10 ** Math.ceil(Math.log10(Math.max(...lagsNs, withinNs, (chanceMedianNs ?? 0) * 2)))
  const x = (ns: number): number =>
    SIDE + (Math.log10(Math.max(ns, least) / least) / Math.log10(most / least)) * (WIDTH - 2 * SIDE)
  const decades: number[] = []
  for (let ns = least; ns <= most * 1.01; ns *= 10) decades.push(ns)
  const every = Math.ceil(decades.length / 6)
  const rise = Math.min(7, (BASE - 14) / lagsNs.length)
  return (
    <figure>
      <figcaption>{texts.chance.lagHeading}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={texts.chance.lagNote}>
        <rect class="within" x={SIDE} y={4} width={x(withinNs) - SIDE} height={BASE - 4} />
        <line class="axis" x1={SIDE} y1={BASE} x2={WIDTH - SIDE} y2={BASE} />
        {decades.map((ns, index) => (
          <g key={ns}>
            <line class="axis" x1={x(ns)} y1={BASE} x2={x(ns)} y2={BASE + 4} />
            {index % every === 0 && (
              <text class={index === 0 ? 'first' : undefined} x={index === 0 ? 2 : x(ns)} y={BASE + 15}>
                {decadeName(ns)}
              </text>
            )}
          </g>
        ))}
        {chanceMedianNs !== undefined && (
          <g class="expected">
            <line x1={x(chanceMedianNs)} y1={4} x2={x(chanceMedianNs)} y2={BASE} />
            <text x={x(chanceMedianNs) - 4} y={13}>
              {texts.chance.expected}
            </text>
          </g>
        )}
        {lagsNs.map((ns, index) => (
          <circle key={index} cx={x(ns)} cy={BASE - 6 - index * rise} r={3.5} />
        ))}
      </svg>
      <p>
        {texts.chance.lagAxis} {texts.chance.lagNote}
        {withoutCollection > 0 && <> {texts.chance.noBurst(withoutCollection)}</>}
      </p>
    </figure>
  )
}
