import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { usePage } from './page-context.ts'

/** Puts `text` on the clipboard and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }): VNode {
  const { words } = usePage()
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = setTimeout(() => {
      setCopied(false)
    }, SHOWN_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [isCopied])
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <button
      type="button"
      class="quiet copy"
      aria-label={`${label ?? words.copy}: ${text}`}
      onClick={() => {
        // Some browsers refuse it to a file: the text can be selected by hand.
        copy().catch(() => undefined)
      }}
    >
      <span aria-live="polite">{isCopied ? words.copied : (label ?? words.copy)}</span>
    </button>
  )
}

const SHOWN_MS = 1500
