import { Button, Checkbox, DatePicker, Flex, Form, Input, Modal } from 'antd'
import { useMutation } from '@tanstack/react-query'
import dayjs from 'dayjs'
import { useState } from 'react'
import { api, type NewKey, type Permission } from '@/api'
import { useSession } from '@/app/session'
import { useNamed, useText } from '@/i18n'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { useRoles } from './NewUser'
import { grouped } from './scopes'

interface Given {
  onClose: () => void
  onMade: (key: NewKey) => void
}

/** A key for a program, with the scopes it needs and a day on which it ends. */
export function CreateKey({ onClose, onMade }: Given) {
  const t = useText()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<Permission[]>([])
  const [expires, setExpires] = useState<number | null>(() => dayjs().add(90, 'day').valueOf())
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: () => api.post<NewKey>('/keys', { name: name.trim(), scopes, expires_at: expires }),
    onSuccess: onMade,
  })
  return (
    <Modal
      open
      width={820}
      title={t.users.createKey}
      okText={t.users.save}
      cancelText={t.users.cancel}
      confirmLoading={create.isPending}
      onCancel={onClose}
      onOk={() => {
        setTried(true)
        if (name.trim() && scopes.length) create.mutate()
      }}
    >
      <Form layout="vertical" component={false}>
        <Form.Item
          label={t.users.keyName}
          htmlFor="key-name"
          required
          validateStatus={tried && !name.trim() ? 'error' : undefined}
          help={tried && !name.trim() ? t.users.needed : t.users.keyNameHint}
        >
          <Input
            id="key-name"
            autoFocus
            autoComplete="off"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Form.Item>
        <Form.Item
          label={t.users.scopes}
          required
          validateStatus={tried && !scopes.length ? 'error' : undefined}
          help={tried && !scopes.length ? t.users.chooseScope : t.users.scopesHint}
        >
          <Scopes chosen={scopes} choose={setScopes} />
        </Form.Item>
        <Form.Item label={t.users.expires} htmlFor="key-expires" help={t.users.expiresHint}>
          <Flex gap={6} wrap>
            <DatePicker
              id="key-expires"
              value={expires === null ? null : dayjs(expires)}
              minDate={dayjs().add(1, 'day')}
              placeholder={t.users.forever}
              onChange={(day) => setExpires(day ? day.endOf('day').valueOf() : null)}
            />
            {[30, 90, 365].map((n) => (
              <Button key={n} onClick={() => setExpires(dayjs().add(n, 'day').valueOf())}>
                {t.users.days(n)}
              </Button>
            ))}
          </Flex>
        </Form.Item>
      </Form>
      {create.error ? <ErrorPanel error={create.error} /> : null}
    </Modal>
  )
}

function Scopes({ chosen, choose }: { chosen: Permission[]; choose: (scopes: Permission[]) => void }) {
  const t = useText()
  const named = useNamed()
  const { permissions } = useSession()
  const { data: roles } = useRoles()
  return (
    <div className="scope-groups">
      {grouped(permissions).map(([group, names]) => (
        <fieldset key={group}>
          <legend>{t.users.scopeGroups[group]}</legend>
          {names.map((name) => {
            const known = roles?.permissions.find((each) => each.name === name)
            return (
              <Checkbox
                key={name}
                className="key-scope"
                checked={chosen.includes(name)}
                onChange={(event) =>
                  choose(event.target.checked ? [...chosen, name] : chosen.filter((each) => each !== name))
                }
              >
                {named(known, name)} <span className="mono quiet">{name}</span>
              </Checkbox>
            )
          })}
        </fieldset>
      ))}
    </div>
  )
}
