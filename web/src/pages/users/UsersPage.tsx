import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function UsersPage() {
  const t = useText()
  return <PageFrame title={t.users.title} />
}
