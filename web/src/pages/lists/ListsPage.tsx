import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function ListsPage() {
  const t = useText()
  return <PageFrame title={t.lists.title} />
}
