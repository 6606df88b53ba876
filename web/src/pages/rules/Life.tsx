import { App, Button, Flex, Slider, Typography } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, asProblem, part, type RuleHistory, type Stage } from '@/api'
import { rulesChanged } from '@/api/rules'
import { useMay, useSession } from '@/app/session'
import { useText } from '@/i18n'
import { percent } from '@/lib/format'
import { StageTag } from './StageTag'

const WAY: Stage[] = ['draft', 'shadow', 'share', 'live']

/** Where a rule stands on its way, and the steps that it may take from there. */
export function Life({ rule }: { rule: RuleHistory }) {
  const t = useText()
  const may = useMay()
  const { user } = useSession()
  const move = useMove(rule)
  const place = WAY.indexOf(rule.stage)
  const acting = rule.all.find((each) => each.version === rule.acting)
  return (
    <section className="panel" aria-label={t.rules.life}>
      <div className="panel-head">
        <h2>{t.rules.life}</h2>
        <span>
          <StageTag stage={rule.stage} share={rule.share} />{' '}
          <span className="quiet">{t.rules.version(rule.version)}</span>
        </span>
      </div>
      <ol className="life-steps">
        {WAY.map((stage, at) => (
          <li
            key={stage}
            aria-current={stage === rule.stage ? 'step' : undefined}
            className={at < place ? 'passed' : ''}
          >
            {t.rules.stages[stage]}
          </li>
        ))}
      </ol>
      {acting && acting.version !== rule.version ? (
        <Typography.Paragraph type="secondary">
          {t.rules.newestNotActing(rule.version, acting.version)} <StageTag stage={acting.stage} share={acting.share} />
        </Typography.Paragraph>
      ) : null}
      {may('rules.publish') ? null : (
        <Typography.Paragraph type="secondary" id="why-not">
          {t.rules.mayNotPublish(t.common.roles[user.role])}
        </Typography.Paragraph>
      )}
      <Flex gap={8} wrap>
        {rule.next_stages.map((stage) => (
          <Button
            key={stage}
            type={WAY.indexOf(stage) === place + 1 ? 'primary' : 'default'}
            danger={stage === 'retired'}
            disabled={!may('rules.publish')}
            aria-describedby={may('rules.publish') ? undefined : 'why-not'}
            onClick={() => move(stage)}
          >
            {t.rules.toStage[stage]}
          </Button>
        ))}
      </Flex>
    </section>
  )
}

/** Asks what the step would do, takes it, and offers the way back where there is one. */
function useMove(rule: RuleHistory): (stage: Stage) => void {
  const t = useText()
  const queries = useQueryClient()
  const { modal, message } = App.useApp()
  const share = useRef(rule.share && rule.share < 1 ? rule.share : 0.1)
  return (stage) =>
    void modal.confirm({
      title: t.rules.stageQuestion(rule.version, t.rules.stages[stage]),
      icon: null,
      width: 460,
      content: (
        <Flex vertical gap={12}>
          <span>{t.rules.confirmStage[stage]}</span>
          {stage === 'share' ? <Share from={share.current} onChange={(value) => (share.current = value)} /> : null}
        </Flex>
      ),
      okText: t.rules.toStage[stage],
      okButtonProps: { danger: stage === 'retired' },
      cancelText: t.common.cancel,
      onOk: async () => {
        try {
          await api.post(`/rules/${part(rule.id)}/stage`, {
            stage,
            version: rule.version,
            ...(stage === 'share' ? { share: share.current } : {}),
          })
          await rulesChanged(queries)
          void message.success(t.rules.staged(t.rules.stages[stage]))
        } catch (error) {
          const problem = asProblem(error)
          void message.error(`${problem.title} ${problem.cure}`, 8)
          throw error
        }
      },
    })
}

function Share({ from, onChange }: { from: number; onChange: (share: number) => void }) {
  const t = useText()
  const [share, setShare] = useState(from)
  return (
    <div>
      <Flex justify="space-between">
        <span id="share-label">{t.rules.share}</span>
        <b className="number">{percent(share)}</b>
      </Flex>
      <Slider
        min={1}
        max={99}
        value={Math.round(share * 100)}
        ariaLabelledByForHandle="share-label"
        ariaValueTextFormatterForHandle={(value) => `${value}%`}
        marks={{ 1: '1%', 10: '10%', 25: '25%', 50: '50%', 75: '75%', 99: '99%' }}
        tooltip={{ formatter: (value) => `${value}%` }}
        onChange={(value) => {
          setShare(value / 100)
          onChange(value / 100)
        }}
      />
      <Typography.Text type="secondary">{t.rules.shareHint}</Typography.Text>
    </div>
  )
}
