import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function RulePage() {
  const t = useText()
  return <PageFrame title={t.rules.title} />
}
