import type { Texts } from '../zh'

export const login: Texts['login'] = {
  title: 'Log in',
}
