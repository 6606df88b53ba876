import type { Texts } from '../zh'

export const users: Texts['users'] = {
  title: 'Users and keys',
}
