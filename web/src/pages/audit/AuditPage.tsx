import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function AuditPage() {
  const t = useText()
  return <PageFrame title={t.audit.title} />
}
