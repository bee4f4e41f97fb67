import type { Diagnosis, Lane, Outcome } from '@whyreset/core'
import { CAUSE_TITLES } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Filter } from '../picture.ts'
import { TEXTS } from '../texts.ts'
import { show } from '../../show.ts'
import type { LaneOrder, LaneWish } from './order-lanes.ts'

/** More choices than a list can be read for: the most frequent ones. */
const MAX_CHOICES = 100

const ORDERS: readonly LaneOrder[] = ['start', 'end', 'duration', 'bytes', 'peer', 'outcome']
const OUTCOMES: readonly Outcome[] = ['reset', 'refused', 'unanswered', 'half-closed', 'open', 'closed']

type Wish = Pick<LaneWish, 'order' | 'descending' | 'peer' | 'port' | 'outcome'>

/** Order and filters of the lanes. */
export function LaneTools({
  wish,
  onWish,
  filter,
  onFilter,
  lanes,
  diagnosis,
  lang,
}: {
  readonly wish: Wish
  readonly onWish: (change: Partial<Wish>) => void
  readonly filter: Filter
  readonly onFilter: (filter: Filter) => void
  readonly lanes: readonly Lane[]
  readonly diagnosis: Diagnosis
  readonly lang: Lang
}): VNode {
  const texts = TEXTS[lang]
  const peers = useMemo(() => frequent(lanes.flatMap(({ client, server }) => [client, server])), [lanes])
  const ports = useMemo(() => frequent(lanes.map(({ serverPort }) => serverPort)), [lanes])
  const outcomes = useMemo(() => new Set(lanes.map(({ outcome }) => outcome)), [lanes])
  const causes = useMemo(() => frequent(diagnosis.incidents.map(({ cause }) => cause)), [diagnosis])
  return (
    <>
      <span class="pic-group">
        <Choice
          name={texts.sortBy}
          value={wish.order}
          choices={ORDERS.map((order) => [order, texts.sorts[order]])}
          onChoose={(value) => onWish({ order: ORDERS.find((order) => order === value) ?? 'start' })}
        />
        <button
          type="button"
          class="quiet"
          title={wish.descending ? texts.descending : texts.ascending}
          aria-label={wish.descending ? texts.descending : texts.ascending}
          onClick={() => onWish({ descending: !wish.descending })}
        >
          {wish.descending ? '↓' : '↑'}
        </button>
      </span>
      <Choice
        name={texts.peer}
        value={wish.peer ?? ''}
        any={texts.anyValue}
        choices={peers.map((peer) => [peer, show(peer)])}
        onChoose={(value) => onWish({ peer: value === '' ? undefined : value })}
      />
      <Choice
        name={texts.port}
        value={wish.port === undefined ? '' : String(wish.port)}
        any={texts.anyValue}
        choices={ports.map((port) => [String(port), String(port)])}
        onChoose={(value) => onWish({ port: value === '' ? undefined : Number(value) })}
      />
      <Choice
        name={texts.cause}
        value={filter.cause ?? ''}
        any={texts.anyValue}
        choices={causes.map((cause) => [cause, CAUSE_TITLES[cause][lang]])}
        onChoose={(value) => {
          const { cause: _, ...others } = filter
          onFilter(value === '' ? others : { ...others, cause: value })
        }}
      />
      <Choice
        name={texts.outcomeLabel}
        value={wish.outcome ?? ''}
        any={texts.anyValue}
        choices={OUTCOMES.filter((outcome) => outcomes.has(outcome)).map((outcome) => [
          outcome,
          texts.outcomes[outcome],
        ])}
        onChoose={(value) => onWish({ outcome: OUTCOMES.find((outcome) => outcome === value) })}
      />
    </>
  )
}

function Choice({
  name,
  value,
  choices,
  any,
  onChoose,
}: {
  readonly name: string
  readonly value: string
  readonly choices: readonly (readonly [string, string])[]
  readonly any?: string
  readonly onChoose: (value: string) => void
}): VNode {
  return (
    <label>
      {name}
      <select aria-label={name} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {choices.map(([choice, shown]) => (
          <option key={choice} value={choice}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Each once, the most frequent first. */
function frequent<T>(values: readonly T[]): T[] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MAX_CHOICES)
    .map(([value]) => value)
}
