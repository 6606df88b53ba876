import type { Texts } from '../zh'

export const models: Texts['models'] = {
  title: 'Models',
}
