/**
 * Draws anew for paper, at once: the browser takes the page as it is when this event ends. Drawing from the root is
 * synchronous in preact.
 */
export function drawForPaper(draw: (isPrinting: boolean) => void): void {
  addEventListener('beforeprint', () => {
    draw(true)
  })
  addEventListener('afterprint', () => {
    draw(false)
  })
}
