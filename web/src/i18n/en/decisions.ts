import type { Texts } from '../zh'

export const decisions: Texts['decisions'] = {
  title: 'Decisions',
}
