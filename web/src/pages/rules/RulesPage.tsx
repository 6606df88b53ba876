import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function RulesPage() {
  const t = useText()
  return <PageFrame title={t.rules.title} />
}
