import { Flex, Typography } from 'antd'
import { useEffect, type ReactNode } from 'react'
import { useText } from '@/i18n'

interface Given {
  title: ReactNode
  /** The browser tab's title, when `title` is more than text. */
  tab?: string
  /** One line under the title. */
  line?: ReactNode
  /** Buttons at the right. */
  extra?: ReactNode
  children?: ReactNode
}

/** What every page has: a heading, a line that says what it is for, its buttons, and the tab's title. */
export function PageFrame({ title, tab, line, extra, children }: Given) {
  const t = useText()
  const name = tab ?? (typeof title === 'string' ? title : '')
  useEffect(() => {
    document.title = name ? `${name} · ${t.common.product}` : t.common.product
  }, [name, t])
  return (
    <div className="page">
      <Flex justify="space-between" align="flex-end" gap={16} wrap className="page-head">
        <div className="page-title">
          <Typography.Title level={1}>{title}</Typography.Title>
          {line ? <Typography.Text type="secondary">{line}</Typography.Text> : null}
        </div>
        {extra ? (
          <Flex gap={8} wrap align="center">
            {extra}
          </Flex>
        ) : null}
      </Flex>
      {children}
    </div>
  )
}
