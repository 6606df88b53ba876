import { Modal } from 'antd'
import { useText } from '@/i18n'
import { GO } from './keys'
import { ROUTES } from './routes'

const COMMAND = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl'

export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText()
  const rows: [string[], string][] = [
    [[COMMAND, 'K'], t.shell.keys.search],
    [['?'], t.shell.keys.help],
    ...Object.entries(GO).map(([key, path]): [string[], string] => {
      const name = ROUTES.find((route) => route.path === path)?.menu?.name
      return [['G', key.toUpperCase()], t.shell.keys.goTo(name ? t.shell.nav[name] : path)]
    }),
    [['P'], t.shell.keys.pause],
    [['Esc'], t.shell.keys.close],
  ]
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t.shell.keys.title} width={440}>
      <dl className="key-help">
        {rows.map(([keys, what]) => (
          <div key={keys.join()}>
            <dt>
              {keys.map((key, at) => (
                <span key={key}>
                  {at && keys[0] === 'G' ? <span className="quiet"> {t.shell.keys.then} </span> : null}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
