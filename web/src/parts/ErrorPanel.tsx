import { Alert, Button, Flex } from 'antd'
import { useEffect, useState } from 'react'
import { asProblem } from '@/api'
import { useText } from '@/i18n'

interface Given {
  error: unknown
  retry?: () => void
  className?: string
}

/** A refusal: what is wrong, what to do, each fault with its place, and a way to try again. */
export function ErrorPanel({ error, retry, className }: Given) {
  const t = useText()
  const problem = asProblem(error)
  const left = useCountdown(problem.retryAfter)
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className={className}
      title={problem.title}
      description={
        <Flex vertical gap={6}>
          {problem.cure ? <span>{problem.cure}</span> : null}
          {left > 0 ? <span>{t.common.problem.retryIn(left)}</span> : null}
          {problem.errors.length ? (
            <ul className="faults">
              {problem.errors.map((fault, at) => (
                <li key={at}>
                  {fault.where ? t.common.problem.whereLine(fault.where, fault.message) : fault.message}
                  {fault.cure ? <div className="quiet">{fault.cure}</div> : null}
                  {fault.caret ? <pre className="caret">{fault.caret}</pre> : null}
                </li>
              ))}
            </ul>
          ) : null}
        </Flex>
      }
      action={
        retry ? (
          <Button size="small" onClick={retry} disabled={left > 0}>
            {t.common.retry}
          </Button>
        ) : null
      }
    />
  )
}

function useCountdown(from: number | null): number {
  const [left, setLeft] = useState(from ?? 0)
  useEffect(() => {
    setLeft(from ?? 0)
    if (!from) return
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000)
    return () => clearInterval(timer)
  }, [from])
  return left
}
