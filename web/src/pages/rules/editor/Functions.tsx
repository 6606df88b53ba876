import { Collapse } from 'antd'
import type { Vocabulary } from '@/api'
import { useNamed, useText } from '@/i18n'
import { Condition } from '../condition/Condition'

/** The functions of the rule language with what they mean; a click writes one into the condition. */
export function Functions({ functions, onUse }: { functions: Vocabulary['functions']; onUse: (text: string) => void }) {
  const t = useText()
  const named = useNamed()
  return (
    <Collapse
      size="small"
      items={[
        {
          key: 'functions',
          label: (
            <span>
              <b>{t.editor.functions}</b> <span className="quiet">{t.editor.functionsHint}</span>
            </span>
          ),
          children: (
            <ul className="function-list">
              {functions.map((each) => (
                <li key={each.name}>
                  <button type="button" className="plain-button" onClick={() => onUse(`${each.name}(`)}>
                    <Condition text={each.signature} cut />
                  </button>
                  <div>{named(each)}</div>
                  <div className="quiet">
                    {t.editor.example} <Condition text={each.example} cut />
                  </div>
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  )
}
