import { amount } from '@/lib/format'
import { useLanguage } from '@/i18n'

/** A value with its unit: money, durations, shares and counts as a reader expects them. */
export function AmountText({ value, unit }: { value: unknown; unit?: string | null }) {
  useLanguage() // the unit's word changes with it
  return <span className="number">{amount(value, unit)}</span>
}
