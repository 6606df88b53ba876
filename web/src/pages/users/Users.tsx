import { PlusOutlined, TeamOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Flex, Select, Switch, Table, Tag, Tooltip } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, part, type Page, type Role, type User } from '@/api'
import { useSession } from '@/app/session'
import { useText } from '@/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorPanel } from '@/parts/ErrorPanel'
import { TimeText } from '@/parts/TimeText'
import { NewUser } from './NewUser'
import { ResetPassword } from './ResetPassword'

export const ROLES: Role[] = ['viewer', 'analyst', 'operator', 'administrator']

/** Everyone with an account: role, state, and what can be done about them. */
export function Users() {
  const t = useText()
  const { user: me } = useSession()
  const [creating, setCreating] = useState(false)
  const [resetting, setResetting] = useState<User | null>(null)
  const change = useChange()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => api.get<Page<User>>('/users', {}, signal),
  })
  return (
    <section>
      <Flex justify="flex-end" style={{ marginBottom: 10 }}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
          {t.users.create}
        </Button>
      </Flex>
      {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : null}
      <div className="panel table-panel">
        <Table<User>
          size="small"
          rowKey="name"
          loading={isPending}
          dataSource={data?.items ?? []}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: 860 }}
          columns={[
            {
              title: t.users.name,
              sorter: (a, b) => a.name.localeCompare(b.name),
              render: (_, user) => (
                <span>
                  <b>{user.display || user.name}</b> <span className="mono quiet">{user.name}</span>{' '}
                  {user.name === me.name ? <Tag>{t.users.you}</Tag> : null}
                </span>
              ),
            },
            {
              title: t.users.role,
              width: 170,
              render: (_, user) =>
                user.name === me.name ? (
                  <Tooltip title={t.users.notOneself}>
                    <span>{t.common.roles[user.role]}</span>
                  </Tooltip>
                ) : (
                  <Select<Role>
                    size="small"
                    aria-label={`${t.users.changeRole} ${user.name}`}
                    value={user.role}
                    onChange={(role) => change.role(user, role)}
                    options={ROLES.map((value) => ({ value, label: t.common.roles[value] }))}
                    style={{ width: 140 }}
                  />
                ),
            },
            {
              title: t.users.state,
              width: 130,
              render: (_, user) => (
                <Tooltip title={user.name === me.name ? t.users.notOneself : undefined}>
                  <label className="switch-label">
                    <Switch
                      size="small"
                      checked={!user.disabled}
                      disabled={user.name === me.name}
                      onChange={() => change.disabled(user)}
                      aria-label={`${user.disabled ? t.users.enable : t.users.disable} ${user.name}`}
                    />{' '}
                    {user.disabled ? t.users.disabled : t.users.active}
                  </label>
                </Tooltip>
              ),
            },
            {
              title: t.users.lastLogin,
              width: 140,
              sorter: (a, b) => (a.last_login_at ?? 0) - (b.last_login_at ?? 0),
              render: (_, user) => <TimeText at={user.last_login_at} show="ago" none={t.users.never} />,
            },
            { title: t.users.createdAt, width: 120, render: (_, user) => <TimeText at={user.created_at} show="day" /> },
            {
              title: <span className="visually-hidden">{t.users.change}</span>,
              width: 100,
              align: 'right',
              render: (_, user) =>
                user.name === me.name ? null : (
                  <Dropdown
                    trigger={['click']}
                    menu={{
                      items: [
                        { key: 'reset', label: t.users.reset, onClick: () => setResetting(user) },
                        { key: 'remove', label: t.users.remove, danger: true, onClick: () => change.remove(user) },
                      ],
                    }}
                  >
                    <Button size="small" aria-label={`${t.users.change} ${user.name}`}>
                      {t.users.change}
                    </Button>
                  </Dropdown>
                ),
            },
          ]}
          locale={{
            emptyText: isPending ? (
              ' '
            ) : (
              <EmptyState title={t.users.none} help={t.users.noneHint} icon={<TeamOutlined />} />
            ),
          }}
        />
      </div>
      {creating ? <NewUser onClose={() => setCreating(false)} /> : null}
      {resetting ? <ResetPassword user={resetting} onClose={() => setResetting(null)} /> : null}
    </section>
  )
}

/** Changes that are asked about first; what can be undone offers to. */
function useChange() {
  const t = useText()
  const queries = useQueryClient()
  const { modal, message, notification } = App.useApp()
  const refused = (error: unknown) => void message.error(`${asProblem(error).title} ${asProblem(error).cure}`, 8)
  const patch = async (user: User, body: Partial<User>, said: string, back: Partial<User> | null) => {
    try {
      await api.patch(`/users/${part(user.name)}`, body)
    } catch (error) {
      refused(error)
      return
    }
    await queries.invalidateQueries({ queryKey: ['users'] })
    const key = `changed ${user.name}`
    notification.success({
      key,
      title: said,
      duration: back ? 10 : 4,
      placement: 'bottomRight',
      actions: back ? (
        <Button
          size="small"
          onClick={() => {
            notification.destroy(key)
            void patch(user, back, t.users.undone, null)
          }}
        >
          {t.users.undo}
        </Button>
      ) : null,
    })
  }
  const ask = (title: string, content: string, okText: string, danger: boolean, onOk: () => Promise<void>) =>
    void modal.confirm({ title, content, okText, okButtonProps: { danger }, cancelText: t.users.cancel, onOk })
  return {
    role: (user: User, role: Role) =>
      ask(t.users.roleQuestion(user.name, t.common.roles[role]), t.users.roleText, t.users.changeRole, false, () =>
        patch(user, { role }, t.users.roleChanged(user.name, t.common.roles[role]), { role: user.role }),
      ),
    disabled: (user: User) =>
      user.disabled
        ? void patch(user, { disabled: false }, t.users.enabledDone(user.name), { disabled: true })
        : ask(t.users.disableQuestion(user.name), t.users.disableText, t.users.disable, true, () =>
            patch(user, { disabled: true }, t.users.disabledDone(user.name), { disabled: false }),
          ),
    remove: (user: User) =>
      ask(t.users.removeQuestion(user.name), t.users.removeText, t.users.remove, true, async () => {
        try {
          await api.remove(`/users/${part(user.name)}`)
          await queries.invalidateQueries({ queryKey: ['users'] })
          void message.success(t.users.removed(user.name))
        } catch (error) {
          refused(error)
        }
      }),
  }
}
