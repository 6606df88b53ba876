import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asProblem, part, type ListEntry, type ListInfo } from '@/api'
import { useText } from '@/i18n'
import { keyOf } from './entry'

/**
 * Takes an entry off a list at once, and offers to put it back with the reason and end it had. The row is gone before
 * the server has answered; when it refuses, the row comes back with the refusal.
 */
export function useRemove(list: ListInfo): { remove: (entry: ListEntry) => void; hidden: Set<string> } {
  const t = useText()
  const queries = useQueryClient()
  const { message, notification } = App.useApp()
  const [hidden, setHidden] = useState<Set<string>>(new Set())
  const show = (entry: ListEntry) =>
    setHidden((now) => {
      const next = new Set(now)
      next.delete(keyOf(entry))
      return next
    })
  const refused = (error: unknown) => {
    const problem = asProblem(error)
    void message.error(`${problem.title} ${problem.cure}`, 8)
  }
  const restore = async (entry: ListEntry) => {
    try {
      const { kind, value, reason, until } = entry
      await api.post(`/lists/${part(list.name)}/entries`, { kind, value, reason, ...(until === null ? {} : { until }) })
      void message.success(t.lists.restored(entry.shown))
    } catch (error) {
      refused(error)
    }
    show(entry)
    await queries.invalidateQueries({ queryKey: ['lists'] })
  }
  const remove = async (entry: ListEntry) => {
    setHidden((now) => new Set(now).add(keyOf(entry)))
    try {
      await api.remove(`/lists/${part(list.name)}/entries/${part(entry.kind)}/${part(entry.value)}`)
    } catch (error) {
      show(entry)
      return refused(error)
    }
    await queries.invalidateQueries({ queryKey: ['lists'] })
    show(entry)
    const key = `removed ${keyOf(entry)}`
    notification.open({
      key,
      title: t.lists.removed(entry.shown),
      duration: 10,
      placement: 'bottomRight',
      actions: (
        <Button
          size="small"
          onClick={() => {
            notification.destroy(key)
            void restore(entry)
          }}
        >
          {t.lists.undo}
        </Button>
      ),
    })
  }
  return { remove: (entry) => void remove(entry), hidden }
}
