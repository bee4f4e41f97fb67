import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { Colours, Theme } from '../picture.ts'
import { paletteOf } from './palette.ts'
import { Surface } from './surface.ts'
import type { Sheet } from './surface.ts'

export interface Canvas {
  readonly ref: RefObject<HTMLCanvasElement | null>
  readonly invalidate: () => void
}

/** A canvas that is drawn anew with each rendering of its component, with a change of theme, and when it is asked to. */
export function useCanvas(theme: Theme, draw: (sheet: Sheet, colours: Colours) => void): Canvas {
  const ref = useRef<HTMLCanvasElement | null>(null)
  const surface = useRef<Surface | undefined>(undefined)
  const palette = useRef<ReturnType<typeof paletteOf> | undefined>(undefined)
  const latest = useRef(draw)
  latest.current = draw

  useLayoutEffect(() => {
    const canvas = ref.current
    if (canvas === null) return undefined
    const made = new Surface(canvas, (sheet) => {
      palette.current ??= paletteOf(canvas)
      const colours = sheet.printing ? palette.current.paper : palette.current.screen
      sheet.pen.fillStyle = colours.paper
      sheet.pen.fillRect(0, 0, sheet.width, sheet.height)
      latest.current(sheet, colours)
    })
    surface.current = made
    return () => {
      made.dispose()
    }
  }, [])
  // After the page has put the new theme in place, which it does in a layout effect.
  useEffect(() => {
    palette.current = undefined
    surface.current?.invalidate()
  }, [theme])
  useEffect(() => {
    surface.current?.invalidate()
  })
  return { ref, invalidate: useCallback(() => surface.current?.invalidate(), []) }
}
