import type { Texts } from '../zh'

export const decision: Texts['decision'] = {
  title: 'Decision',
}
