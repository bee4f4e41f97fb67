import type { Lang } from '@whyreset/report/page'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { Address } from '../address.ts'
import type { Theme } from '../pictures/picture.ts'

export interface Look {
  readonly lang: Lang
  readonly theme: Theme
}

/** Language and colours: of the address, else as the browser asks for; on paper always light. */
export function useLook({ lang: asked, theme: chosen }: Address, isPrinting: boolean): Look {
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches)
  useEffect(() => {
    const query = matchMedia(DARK)
    const change = (): void => {
      setDark(query.matches)
    }
    query.addEventListener('change', change)
    return () => {
      query.removeEventListener('change', change)
    }
  }, [])
  const lang = asked ?? preferredLang()
  const theme = isPrinting ? 'light' : (chosen ?? (isDark ? 'dark' : 'light'))
  useLayoutEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
    document.documentElement.dataset['theme'] = theme
  }, [lang, theme])
  return { lang, theme }
}

const DARK = '(prefers-color-scheme: dark)'

/** The first language of the browser's list that the page speaks. */
function preferredLang(): Lang {
  const known = navigator.languages.map((language) => language.slice(0, 2).toLowerCase())
  return known.find((language) => language === 'zh' || language === 'en') === 'zh' ? 'zh' : 'en'
}
