import type { TimeView } from './time-view.ts'

const ZOOM_STEP = 0.6
/** Share of what is in view that one key press pans. */
const PAN_STEP = 0.12

/** The keys that every picture with a time axis has in common; whether it was one of them. */
export function pressAxisKey(event: KeyboardEvent, view: TimeView, aboutNs: number | undefined): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const { fromNs, toNs } = view.range
  const about = aboutNs !== undefined && aboutNs >= fromNs && aboutNs <= toNs ? aboutNs : (fromNs + toNs) / 2
  switch (event.key) {
    case '+':
    case '=':
      view.zoom(about, ZOOM_STEP)
      break
    case '-':
    case '_':
      view.zoom(about, 1 / ZOOM_STEP)
      break
    case 'Home':
    case '0':
      view.moveTo(view.bounds)
      break
    case 'ArrowLeft':
    case 'ArrowRight':
      if (!event.shiftKey) return false
      view.pan((toNs - fromNs) * PAN_STEP * (event.key === 'ArrowLeft' ? -1 : 1))
      break
    default:
      return false
  }
  event.preventDefault()
  return true
}
