import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { TimeRange } from '../picture.ts'
import { TimeView } from './time-view.ts'

/** How long a hand must rest before the page hears of it, in milliseconds: its tables are slower to draw than we are. */
const REST_MS = 140

/** A view that begins with what the page shows, follows it, and tells it where the reader went. */
export function useTimeView(
  bounds: TimeRange,
  range: TimeRange | undefined,
  onRange: (range: TimeRange | undefined) => void,
): TimeView {
  const view = useMemo(() => new TimeView(bounds, range ?? bounds), [bounds])
  const told = useRef<TimeRange | undefined>(range)
  const tell = useRef(onRange)
  tell.current = onRange

  useEffect(() => {
    // What the page gives back is where we told it we were: meanwhile the hand may have moved on.
    if (isSame(range, told.current)) return
    told.current = range
    view.moveTo(range ?? bounds)
  }, [view, bounds, range?.fromNs, range?.toNs])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = view.onChange(() => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const shown = view.isAll ? undefined : whole(view.range)
        if (isSame(shown, told.current)) return
        told.current = shown
        tell.current(shown)
      }, REST_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [view])
  return view
}

/** Nanoseconds have no parts; the page writes them in its address. */
function whole(range: TimeRange): TimeRange {
  return { fromNs: Math.floor(range.fromNs), toNs: Math.ceil(range.toNs) }
}

function isSame(a: TimeRange | undefined, b: TimeRange | undefined): boolean {
  return a?.fromNs === b?.fromNs && a?.toNs === b?.toNs
}
