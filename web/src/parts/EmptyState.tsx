import { Flex, Typography } from 'antd'
import type { ReactNode } from 'react'

interface Given {
  title: string
  /** What to do so that there is something. */
  help?: ReactNode
  /** Buttons that do it. */
  children?: ReactNode
  icon?: ReactNode
  small?: boolean
}

/** Nothing here: says why, and what to do about it. */
export function EmptyState({ title, help, children, icon, small }: Given) {
  return (
    <Flex vertical align="center" gap={6} className={small ? 'empty empty-small' : 'empty'}>
      {icon ? <span className="empty-icon">{icon}</span> : null}
      <Typography.Text strong>{title}</Typography.Text>
      {help ? <Typography.Text type="secondary">{help}</Typography.Text> : null}
      {children ? (
        <Flex gap={8} className="empty-buttons">
          {children}
        </Flex>
      ) : null}
    </Flex>
  )
}
