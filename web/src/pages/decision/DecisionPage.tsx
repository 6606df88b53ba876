import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function DecisionPage() {
  const t = useText()
  return <PageFrame title={t.decision.title} />
}
