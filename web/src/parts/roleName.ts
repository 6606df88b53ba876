import type { Texts } from '@/i18n'

/** What somebody is to a gang, in words; the layers of mule accounts are numbered. */
export function roleName(role: string, t: Texts): string {
  const layer = /^mule_(\d+)$/.exec(role)?.[1]
  return layer ? t.demo.mule(layer) : (t.demo.roles[role] ?? role)
}
