import { Flex, Form, Input, Select } from 'antd'
import { useRef } from 'react'
import type { RuleFault, Variable } from '@/api'
import { useNamed, useText } from '@/i18n'

interface Given {
  language: 'zh' | 'en'
  value: string
  onChange: (value: string) => void
  variables: Variable[]
  /** Names that the condition reads: they are offered first. */
  reads: string[]
  fault: RuleFault | undefined
}

/** One explanation: text with places for values, which can be chosen instead of typed. */
export function Explain({ language, value, onChange, variables, reads, fault }: Given) {
  const t = useText()
  const named = useNamed()
  const place = useRef<number | null>(null)
  const id = `explain-${language}`
  const insert = (name: string) => {
    const at = place.current ?? value.length
    onChange(`${value.slice(0, at)}{${name}}${value.slice(at)}`)
    place.current = at + name.length + 2
  }
  const first = new Set(reads)
  const sorted = variables.toSorted((a, b) => Number(first.has(b.name)) - Number(first.has(a.name)))
  return (
    <Form.Item
      label={t.editor[language]}
      htmlFor={id}
      required
      validateStatus={fault ? 'error' : undefined}
      help={fault ? `${fault.message} ${fault.cure ?? ''}` : undefined}
      style={{ marginBottom: 12 }}
    >
      <Flex gap={6} vertical>
        <Input.TextArea
          id={id}
          lang={language}
          autoSize={{ minRows: 1, maxRows: 4 }}
          maxLength={400}
          value={value}
          onChange={(event) => {
            place.current = event.target.selectionStart
            onChange(event.target.value)
          }}
          onBlur={(event) => (place.current = event.target.selectionStart)}
        />
        <Select
          showSearch={{ optionFilterProp: 'search' }}
          size="small"
          style={{ width: 220 }}
          aria-label={`${t.editor[language]} · ${t.editor.insert}`}
          placeholder={t.editor.insert}
          value={null}
          popupMatchSelectWidth={420}
          onSelect={(name: string | null) => {
            if (name) insert(name)
          }}
          options={sorted.map((each) => ({
            value: each.name,
            search: `${each.name} ${each.zh} ${each.en}`,
            label: (
              <span>
                <span className="mono">{each.name}</span> <span className="quiet">{named(each)}</span>
              </span>
            ),
          }))}
        />
      </Flex>
    </Form.Item>
  )
}
