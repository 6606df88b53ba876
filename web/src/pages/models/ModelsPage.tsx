import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function ModelsPage() {
  const t = useText()
  return <PageFrame title={t.models.title} />
}
