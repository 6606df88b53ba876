import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function DemoPage() {
  const t = useText()
  return <PageFrame title={t.demo.title} />
}
