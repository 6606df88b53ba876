import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function DecisionsPage() {
  const t = useText()
  return <PageFrame title={t.decisions.title} />
}
