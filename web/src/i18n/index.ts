import { useSyncExternalStore } from 'react'
import { en } from './en'
import { language, onLanguage, type Language } from './language'
import { zh, type Texts } from './zh'

export { chooseLanguage, language, type Language } from './language'
export type { Texts } from './zh'

/** All texts, by language. Chinese is the measure: a key that English lacks is a type error. */
export const TEXTS: Record<Language, Texts> = { zh, en }

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, language)
}

/** The texts of the reader's language: `const t = useText()`, then `t.<area>.<key>`. */
export function useText(): Texts {
  return TEXTS[useLanguage()]
}

/** Texts outside React, in the language of this moment. */
export function texts(): Texts {
  return TEXTS[language()]
}

/** The reader's half of something that comes with both languages. */
export function useNamed(): (named: { zh: string; en: string } | null | undefined, otherwise?: string) => string {
  const chosen = useLanguage()
  return (named, otherwise = '') => named?.[chosen] || otherwise
}
