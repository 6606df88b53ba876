import { PageFrame } from '@/parts/PageFrame'
import { useText } from '@/i18n'

export default function BacktestPage() {
  const t = useText()
  return <PageFrame title={t.backtest.title} />
}
