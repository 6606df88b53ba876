import type { Texts } from '../zh'

export const demo: Texts['demo'] = {
  title: 'Demo city',
}
