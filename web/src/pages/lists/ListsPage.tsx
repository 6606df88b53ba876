import { CheckCircleOutlined, OrderedListOutlined, PauseCircleOutlined, StopOutlined } from '@ant-design/icons'
import { Skeleton } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { NavLink, useParams } from 'react-router'
import { api, type ListInfo, type Page } from '@/api'
import { useNamed, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { PageFrame } from '@/parts/PageFrame'
import { Entries } from './Entries'
import { Snoozes } from './Snoozes'
import '../rules/rules.css'
import './lists.css'

const SNOOZES = 'snoozes'

/** All lists at the left with how much is on them, the chosen one at the right; snoozes stand beside them. */
export default function ListsPage() {
  const t = useText()
  const { name } = useParams()
  const { data, error, refetch } = useQuery({
    queryKey: ['lists'],
    queryFn: ({ signal }) => api.get<Page<ListInfo>>('/lists', {}, signal),
  })
  const list = data?.items.find((each) => each.name === (name ?? data.items[0]?.name))
  return (
    <PageFrame title={t.lists.title} line={t.lists.intro}>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <div className="list-layout">
        <nav className="panel list-names" aria-label={t.lists.all}>
          {data ? (
            data.items.map((each) => <Name key={each.name} list={each} current={each === list && name !== SNOOZES} />)
          ) : (
            <Skeleton active />
          )}
          <NavLink to={`/lists/${SNOOZES}`} className="list-name">
            <span>
              <PauseCircleOutlined /> {t.lists.snoozes}
            </span>
          </NavLink>
        </nav>
        {name === SNOOZES ? (
          <Snoozes />
        ) : list ? (
          <Entries key={list.name} list={list} />
        ) : data ? (
          <section className="panel">
            <EmptyState title={t.lists.none} icon={<OrderedListOutlined />} />
          </section>
        ) : null}
      </div>
    </PageFrame>
  )
}

function Name({ list, current }: { list: ListInfo; current: boolean }) {
  const t = useText()
  const named = useNamed()
  const deny = list.effect === 'deny'
  return (
    <NavLink
      to={`/lists/${list.name}`}
      className={current ? 'list-name active' : 'list-name'}
      aria-current={current ? 'page' : undefined}
    >
      <span>
        {deny ? <StopOutlined className="is-bad" /> : <CheckCircleOutlined className="is-good" />}{' '}
        <span className="visually-hidden">{t.lists.effects[list.effect]} </span>
        {named(list, list.name)}
      </span>
      <span className="quiet number">{list.entries}</span>
    </NavLink>
  )
}
