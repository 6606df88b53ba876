import type { Texts } from '../zh'

export const rules: Texts['rules'] = {
  title: 'Rules',
}
