import { BellOutlined } from '@ant-design/icons'
import { App, Badge, Button, Popover } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useNamed, useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { TimeText } from '@/parts/TimeText'
import type { Kept } from './live'
import { useHub, useKept } from './useLive'

/** The bell: what the engine and the jobs have to tell. Faults also show for a moment by themselves. */
export function Notices() {
  const t = useText()
  const hub = useHub()
  const kept = useKept()
  const [open, setOpen] = useState(false)
  const unread = kept.filter((each) => !each.read).length
  useToasts(kept)
  const toggle = (now: boolean) => {
    setOpen(now)
    if (!now) hub.readAll()
  }
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={toggle}
      title={
        <div className="notices-head">
          <span>{t.shell.notices.title}</span>
          {kept.length ? (
            <Button type="link" size="small" onClick={() => hub.clear()}>
              {t.shell.notices.clear}
            </Button>
          ) : null}
        </div>
      }
      content={<NoticeList kept={kept} close={() => toggle(false)} />}
    >
      <Badge count={unread} size="small" offset={[-6, 6]}>
        <Button type="text" icon={<BellOutlined />} aria-label={t.shell.notices.open(unread)} />
      </Badge>
    </Popover>
  )
}

function NoticeList({ kept, close }: { kept: readonly Kept[]; close: () => void }) {
  const t = useText()
  const says = useSays()
  if (!kept.length) return <EmptyState small title={t.shell.notices.none} help={t.shell.notices.noneHelp} />
  return (
    <ul className="notices">
      {kept.map((each) => {
        const { text, level, link } = says(each)
        return (
          <li key={each.key} className={each.read ? undefined : 'unread'}>
            <span className={`notice-level notice-${level}`}>{t.shell.notices.level[level]}</span>
            <span>
              {link ? (
                <Link to={link} onClick={close}>
                  {text}
                </Link>
              ) : (
                text
              )}
              <br />
              <span className="quiet">
                <TimeText at={each.at} show="ago" />
              </span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

interface Said {
  text: string
  level: 'info' | 'warning' | 'error'
  link: string | null
}

function useSays(): (kept: Kept) => Said {
  const t = useText()
  const named = useNamed()
  return ({ notice, job }) => {
    if (notice) return { text: named(notice), level: notice.level, link: notice.link ?? null }
    const kind = t.shell.jobKinds[job?.kind ?? ''] ?? job?.kind ?? ''
    const failed = job?.state === 'failed'
    return {
      text: failed ? t.shell.notices.jobFailed(kind) : t.shell.notices.jobDone(kind),
      level: failed ? 'error' : 'info',
      link: null,
    }
  }
}

function useToasts(kept: readonly Kept[]): void {
  const { notification } = App.useApp()
  const says = useSays()
  const told = useRef(new Set<string>())
  useEffect(() => {
    for (const each of kept) {
      if (each.read || told.current.has(each.key)) continue
      told.current.add(each.key)
      const { text, level } = says(each)
      if (each.job || level !== 'info') notification[level]({ title: text, placement: 'bottomRight', duration: 6 })
    }
  }, [kept, says, notification])
}
