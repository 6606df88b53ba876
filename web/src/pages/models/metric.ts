import { useText } from '@/i18n'

/** The name of a figure of a card in the reader's language; unknown ones as they stand. */
export function useMetricName(): (name: string) => string {
  const t = useText()
  const names = t.models.metric as Record<string, string>
  return (name) => names[name] ?? name
}
