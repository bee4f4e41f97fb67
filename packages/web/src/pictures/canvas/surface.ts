/** Dots per CSS pixel on paper: 288 to the inch. */
const PRINT_RATIO = 3

/** Beyond this many dots browsers give no canvas at all, or a slow one. */
const MAX_DOTS = 16_777_216

/** What a picture draws with: in CSS pixels, cleared, for paper where it is printed. */
export interface Sheet {
  readonly pen: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly printing: boolean
}

/** A canvas that is drawn once a frame at most, at the dots of the screen, or of a printer. */
export class Surface {
  readonly #canvas: HTMLCanvasElement
  readonly #draw: (sheet: Sheet) => void
  readonly #pen: CanvasRenderingContext2D | null
  readonly #resized: ResizeObserver
  readonly #paper = matchMedia('print')
  #frame: number | undefined
  #width = 0
  #height = 0

  constructor(canvas: HTMLCanvasElement, draw: (sheet: Sheet) => void) {
    this.#canvas = canvas
    this.#draw = draw
    // Opaque: the browser need not blend it with the page, and text is drawn for a known ground.
    this.#pen = canvas.getContext('2d', { alpha: false })
    this.#resized = new ResizeObserver(() => this.#measure())
    this.#resized.observe(canvas)
    addEventListener('beforeprint', this.#print)
    addEventListener('afterprint', this.#unprint)
    this.#paper.addEventListener('change', this.#mediaChanged)
    this.#measure()
  }

  /** Draws before the next frame. */
  invalidate(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined
      this.#paint(false)
    })
  }

  dispose(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#resized.disconnect()
    removeEventListener('beforeprint', this.#print)
    removeEventListener('afterprint', this.#unprint)
    this.#paper.removeEventListener('change', this.#mediaChanged)
  }

  readonly #print = (): void => this.#paint(true)
  readonly #unprint = (): void => this.invalidate()
  readonly #mediaChanged = (event: MediaQueryListEvent): void => {
    if (event.matches) this.#paint(true)
    else this.invalidate()
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (this.#paper.matches || clientWidth === 0) return
    this.#width = clientWidth
    this.#height = clientHeight
    // At once: a resized canvas is empty, and would be shown so.
    this.#paint(false)
  }

  #paint(printing: boolean): void {
    const pen = this.#pen
    if (pen === null || this.#width === 0 || this.#height === 0) return
    const wanted = printing ? Math.max(PRINT_RATIO, devicePixelRatio) : devicePixelRatio
    const ratio = Math.min(wanted, Math.sqrt(MAX_DOTS / (this.#width * this.#height)))
    const columns = Math.round(this.#width * ratio)
    const rows = Math.round(this.#height * ratio)
    // Setting a size, even the same, empties the canvas and costs a new buffer.
    if (this.#canvas.width !== columns) this.#canvas.width = columns
    if (this.#canvas.height !== rows) this.#canvas.height = rows
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.#draw({ pen, width: this.#width, height: this.#height, printing })
  }
}
