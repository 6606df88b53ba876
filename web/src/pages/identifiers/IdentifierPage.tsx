import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function IdentifierPage() {
  const t = useText()
  return <PageFrame title={t.identifiers.title} />
}
