import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function SetupPage() {
  const t = useText()
  return <PageFrame title={t.login.title} />
}
