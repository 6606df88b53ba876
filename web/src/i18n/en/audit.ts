import type { Texts } from '../zh'

export const audit: Texts['audit'] = {
  title: 'Audit log',
}
