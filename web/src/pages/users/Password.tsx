import { Button, Flex, Form, Input } from 'antd'
import { useText } from '@/i18n'
import { suggestion } from './suggestion'

export const SHORTEST = 10

interface Given {
  id: string
  label: string
  value: string
  onChange: (value: string) => void
  /** Whether to complain about one that is too short. */
  tried: boolean
}

/** A password for somebody else: typed, or made here and shown so that it can be handed over. */
export function Password({ id, label, value, onChange, tried }: Given) {
  const t = useText()
  const short = tried && value.length < SHORTEST
  return (
    <Form.Item
      label={label}
      htmlFor={id}
      required
      validateStatus={short ? 'error' : undefined}
      help={short ? t.users.passwordShort : value ? t.users.tellThem : t.users.passwordHint}
    >
      <Flex gap={6}>
        <Input
          id={id}
          className="mono"
          autoComplete="off"
          maxLength={256}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <Button onClick={() => onChange(suggestion())}>{t.users.suggest}</Button>
      </Flex>
    </Form.Item>
  )
}
