import { tokens } from './tokens'
import './condition.css'

/** A condition to be read, coloured as in the editor. */
export function Condition({ text, cut = false }: { text: string; cut?: boolean }) {
  return (
    <code className={cut ? 'code-block cut' : 'code-block'}>
      {tokens(text).map((token) => (
        <span key={token.start} className={`code-${token.kind}`}>
          {token.text}
        </span>
      ))}
    </code>
  )
}
