import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function DeadLettersPage() {
  const t = useText()
  return <PageFrame title={t.deadLetters.title} />
}
