import type { Texts } from '../zh'

export const now: Texts['now'] = {
  title: 'Now',
}
