import type { Texts } from '../zh'

export const deadLetters: Texts['deadLetters'] = {
  title: 'Dead letters',
}
