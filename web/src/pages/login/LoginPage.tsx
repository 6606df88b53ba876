import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function LoginPage() {
  const t = useText()
  return <PageFrame title={t.login.title} />
}
