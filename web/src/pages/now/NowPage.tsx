import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function NowPage() {
  const t = useText()
  return <PageFrame title={t.now.title} />
}
