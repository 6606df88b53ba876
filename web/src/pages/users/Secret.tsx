import { CopyOutlined } from '@ant-design/icons'
import { Alert, App, Button, Flex, Input, Modal } from 'antd'
import type { NewKey } from '@/api'
import { useText } from '@/i18n'

/** A new key's secret, shown once. It closes by its button alone, so that it is not lost by a slip. */
export function Secret({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const t = useText()
  const { message } = App.useApp()
  const copy = async () => {
    await navigator.clipboard.writeText(made.secret)
    void message.success(t.users.copied)
  }
  return (
    <Modal
      open
      title={`${t.users.secretTitle} · ${made.name}`}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t.users.secretCopied}
        </Button>
      }
    >
      <Flex vertical gap={12}>
        <Alert type="warning" showIcon title={t.users.secretText} />
        <div className="key-secret">
          <Input
            readOnly
            value={made.secret}
            aria-label={t.users.secretTitle}
            onFocus={(event) => event.target.select()}
          />
          <Button icon={<CopyOutlined />} onClick={() => void copy()}>
            {t.users.copy}
          </Button>
        </div>
        <div>
          <div className="quiet">{t.users.secretUse}</div>
          <pre className="mono secret-use">Authorization: Bearer {made.prefix}…</pre>
        </div>
      </Flex>
    </Modal>
  )
}
