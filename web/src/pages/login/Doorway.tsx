import type { ReactNode } from 'react'
import { LanguageSwitch, ThemeSwitch } from '@/app/switches'
import { useText } from '@/i18n'
import { Logo } from '@/parts/Logo'
import './login.css'

/** What stands before the house: who we are at the left, the way in at the right. */
export function Doorway({ title, line, children }: { title: string; line?: string; children: ReactNode }) {
  const t = useText()
  return (
    <div className="doorway">
      <aside className="doorway-claim">
        <Logo size={44} />
        <p className="doorway-name">
          {t.common.product} <span>{t.common.productLine}</span>
        </p>
        <p className="doorway-line">{t.login.claim}</p>
        <p>{t.login.claimLine}</p>
        <ul>
          {t.login.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </aside>
      <main className="doorway-way">
        <div className="doorway-switches">
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
        <div className="doorway-box">
          <h1>{title}</h1>
          {line ? <p className="quiet">{line}</p> : null}
          {children}
        </div>
      </main>
    </div>
  )
}
