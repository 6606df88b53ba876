import { Skeleton } from 'antd'
import { useMemo } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useRule } from '@/api/rules'
import { useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { EMPTY, textOf } from './draft'
import { Editor } from './Editor'

/** Writes a new rule, or the next version of one; `?from=` starts from a copy. */
export default function EditorPage() {
  const t = useText()
  const { id } = useParams()
  const [asked] = useSearchParams()
  const from = asked.get('from')
  const source = id ?? from
  const { data: rule, error, refetch } = useRule(source)
  const start = useMemo(() => {
    if (!source) return EMPTY
    if (!rule) return null
    return id ? textOf(rule) : { ...textOf(rule), id: '' }
  }, [source, rule, id])
  const title = id ? t.editor.editTitle(id) : t.editor.newTitle
  if (start) return <Editor key={id ?? `new-${from ?? ''}`} title={title} saved={id ?? null} start={start} />
  return (
    <PageFrame title={title} line={<Link to="/rules">{t.rules.back}</Link>}>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : <Skeleton active paragraph={{ rows: 8 }} />}
    </PageFrame>
  )
}
