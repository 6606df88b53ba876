import type { Texts } from '../zh'

export const identifiers: Texts['identifiers'] = {
  title: 'Identifier',
}
