import type { VNode } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { usePage } from '../frame/page-context.ts'
import { cleanShort } from '../show.ts'
import type { Because } from './failure.ts'
import type { Progress } from './analysis.ts'
import type { Source } from './protocol.ts'
import { SITE_WORDS } from './site-words.ts'
import { fromDrop, fromFiles } from './sources.ts'

export type OpenState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly progress?: Progress; readonly isStopping: boolean }
  | { readonly kind: 'failed'; readonly because: Because }
  /** The address asks for something that is no address or time. */
  | { readonly kind: 'wrong'; readonly field: 'peer' | 'from' | 'to' }
  | { readonly kind: 'answered'; readonly isWhole: boolean }

export interface OpenProps {
  readonly state: OpenState
  readonly onOpen: (sources: readonly Source[]) => void
  readonly onStop: () => void
}

const MAX_NAME = 200
/** Several complaints about one saved answer. */
const MAX_FAILURE = 900

/** Where evidence is dropped or chosen, and how far its reading is. */
export function OpenScreen({ state, onOpen, onStop }: OpenProps): VNode {
  const words = SITE_WORDS[usePage().lang]
  const [isOver, setOver] = useState(false)
  if (state.kind === 'reading') return <Reading state={state} onStop={onStop} />
  return (
    <section
      class="open"
      aria-label={words.drop}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (event.target === event.currentTarget) setOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const items = event.dataTransfer?.items
        if (items !== undefined)
          fromDrop(items).then(onOpen, () => {
            onOpen([])
          })
      }}
    >
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      {state.kind === 'failed' && (
        <p class="failure" role="alert">
          {cleanShort(words.failed(state.because), MAX_FAILURE)}
        </p>
      )}
      {state.kind === 'wrong' && (
        <p class="failure" role="alert">
          {state.field === 'peer' ? words.wrongPeer : words.wrongTime}
        </p>
      )}
      <div class={isOver ? 'drop over' : 'drop'}>
        <svg
          width="44"
          height="44"
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          stroke-width="1.4"
          aria-hidden="true"
        >
          <path d="M12 3v12m0 0 4.5-4.5M12 15l-4.5-4.5M4 15v4.5A1.5 1.5 0 0 0 5.5 21h13a1.5 1.5 0 0 0 1.5-1.5V15" />
        </svg>
        <p>{words.drop}</p>
        <div class="choices">
          <Chooser label={words.chooseFiles} isFolder={false} onOpen={onOpen} />
          <Chooser label={words.chooseFolder} isFolder onOpen={onOpen} />
        </div>
      </div>
      <p class="privacy">
        <svg
          width="18"
          height="18"
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          aria-hidden="true"
        >
          <path d="M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11" />
        </svg>
        <span>
          {words.privacy} {words.offline}
        </span>
      </p>
      <p class="example">
        <a href="?folder=example">{words.example}</a> <span class="dim">{words.exampleSays}</span>
      </p>
      <p class="dim reads">{words.reads}</p>
    </section>
  )
}

function Chooser({
  label,
  isFolder,
  onOpen,
}: {
  readonly label: string
  readonly isFolder: boolean
  readonly onOpen: OpenProps['onOpen']
}): VNode {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class={isFolder ? 'quiet' : 'quiet main'} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(isFolder ? { webkitdirectory: true } : {})}
        onChange={(event) => {
          onOpen(fromFiles(event.currentTarget.files ?? []))
        }}
      />
    </>
  )
}

function Reading({
  state: { progress, isStopping },
  onStop,
}: {
  readonly state: OpenState & { readonly kind: 'reading' }
  readonly onStop: () => void
}): VNode {
  const words = SITE_WORDS[usePage().lang]
  const { path = '', bytes = 0, of } = progress ?? {}
  const isDone = of !== undefined && bytes >= of
  return (
    <section class="open reading" aria-busy="true">
      <h1>{isDone ? words.judging : words.reading} …</h1>
      <p class="lead">
        <code>{cleanShort(path, MAX_NAME)}</code>
      </p>
      <progress
        aria-label={words.reading}
        {...(of === undefined || of === 0 ? {} : { value: bytes, max: of })}
      />
      <p class="dim" role="status">
        {megabytes(bytes)}
        {of === undefined ? '' : ` / ${megabytes(of)}`} MB
      </p>
      <button type="button" class="quiet" onClick={onStop}>
        {isStopping ? words.stopNow : words.stop}
      </button>
    </section>
  )
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

/** The way back to where evidence is chosen. */
export function Home({
  isServed,
  isVisible,
}: {
  readonly isServed: boolean
  readonly isVisible: boolean
}): VNode | null {
  const { lang } = usePage()
  if (!isVisible) return null
  const words = SITE_WORDS[lang]
  return (
    <a class="home" href={location.pathname}>
      ← {isServed ? words.list : words.openOther}
    </a>
  )
}

export function Stopped(): VNode {
  return <p class="stopped">{SITE_WORDS[usePage().lang].stopped}</p>
}
