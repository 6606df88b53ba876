import { ApiOutlined } from '@ant-design/icons'
import { Button, Drawer, Skeleton, Tag } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { api, type Model, type Page } from '@/api'
import { useText } from '@/i18n'
import { number, percent } from '@/lib/format'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { ChannelTag } from '@/parts/tags'
import { asCard, measures } from './card'
import { CardBody } from './CardBody'
import { useMetricName } from './metric'
import '../rules/rules.css'
import './models.css'

/** The models that speak beside the rules, each with its card. */
export default function ModelsPage() {
  const t = useText()
  const [asked, ask] = useSearchParams()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => api.get<Page<Model>>('/models', {}, signal),
  })
  const open = data?.items.find((model) => model.id === asked.get('model'))
  return (
    <PageFrame title={t.models.title} line={t.models.intro}>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      {isPending ? <Skeleton active /> : null}
      {data?.items.length === 0 ? (
        <EmptyState title={t.models.none} help={t.models.noneHint} icon={<ApiOutlined />} />
      ) : null}
      <div className="model-cards">
        {data?.items.map((model) => (
          <Short key={model.id} model={model} onOpen={() => ask({ model: model.id })} />
        ))}
      </div>
      <Drawer
        open={!!open}
        size={780}
        onClose={() => ask({})}
        title={open ? `${t.models.card} · ${open.id}` : ''}
        destroyOnHidden
      >
        {open ? <CardBody model={open} /> : null}
      </Drawer>
    </PageFrame>
  )
}

/** What it may add to a score; one that the engine does not ask adds nothing. */
function Says({ model }: { model: Model & { weight_cap: number | null; speaks_from?: number | null } }) {
  const t = useText()
  if (model.weight_cap === null) return <span className="quiet">{t.models.notAsked}</span>
  return (
    <>
      <span className="number">{number(model.weight_cap, 2)}</span>{' '}
      <span className="quiet">{t.models.weightCapHint}</span>
      {model.speaks_from ? <div className="quiet">{t.models.speaksFrom(percent(model.speaks_from))}</div> : null}
    </>
  )
}

function Short({ model, onOpen }: { model: Model; onOpen: () => void }) {
  const t = useText()
  const kinds = t.models.kinds as Record<string, string>
  const metric = useMetricName()
  const card = asCard(model.card)
  return (
    <article className="panel model-card">
      <div className="panel-head" style={{ margin: 0 }}>
        <h2 className="mono">{model.id}</h2>
        <Tag>{model.shipped ? t.models.shipped : t.models.own}</Tag>
      </div>
      <dl className="fact-list">
        <dt>{t.common.channel}</dt>
        <dd>
          <ChannelTag channel={model.channel} />
        </dd>
        <dt>{t.models.kind}</dt>
        <dd>
          {kinds[model.kind] ?? model.kind} <span className="quiet">{t.models.version(model.version)}</span>
        </dd>
        <dt>{t.models.weightCap}</dt>
        <dd>
          <Says model={model} />
        </dd>
      </dl>
      <div className="figure-grid">
        {measures(card)
          .slice(0, 3)
          .map((each) => (
            <div key={each.name} className="figure-box">
              <span className="quiet">{metric(each.name)}</span>
              <b>{number(each.value, 3)}</b>
            </div>
          ))}
      </div>
      <div>
        <Button onClick={onOpen} aria-label={`${t.models.open} ${model.id}`}>
          {t.models.open}
        </Button>
      </div>
    </article>
  )
}
