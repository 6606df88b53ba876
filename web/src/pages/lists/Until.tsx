import { Button, DatePicker, Flex } from 'antd'
import dayjs from 'dayjs'
import { useText } from '@/i18n'

interface Given {
  id: string
  /** ms since 1970; null for no end. */
  value: number | null
  onChange: (value: number | null) => void
  days?: number[]
  /** Whether having no end is a choice. */
  endless?: boolean
}

/** An end in the future: by a click, or to the minute. */
export function Until({ id, value, onChange, days = [7, 30, 90], endless = true }: Given) {
  const t = useText()
  return (
    <Flex vertical gap={6}>
      <DatePicker
        id={id}
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        placeholder={endless ? t.lists.forever : undefined}
        value={value === null ? null : dayjs(value)}
        minDate={dayjs()}
        onChange={(day) => onChange(day ? day.valueOf() : null)}
        style={{ width: '100%' }}
      />
      <Flex gap={6} wrap>
        {days.map((n) => (
          <Button key={n} size="small" onClick={() => onChange(dayjs().add(n, 'day').valueOf())}>
            {t.lists.days(n)}
          </Button>
        ))}
        {endless ? (
          <Button size="small" onClick={() => onChange(null)}>
            {t.lists.forever}
          </Button>
        ) : null}
      </Flex>
    </Flex>
  )
}
