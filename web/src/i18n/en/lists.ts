import type { Texts } from '../zh'

export const lists: Texts['lists'] = {
  title: 'Lists',
}
