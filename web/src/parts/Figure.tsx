import { Tooltip } from 'antd'
import type { ReactNode } from 'react'

interface Given {
  name: string
  value: ReactNode
  note?: string
  help?: string
}

/** One number with its name; several stand in a strip of class `figures`. */
export function Figure({ name, value, note, help }: Given) {
  return (
    <div className="figure">
      <span className="quiet">
        {help ? (
          <Tooltip title={help}>
            <span className="helped" tabIndex={0}>
              {name}
            </span>
          </Tooltip>
        ) : (
          name
        )}
      </span>
      <span className="figure-value">
        <strong className="number">{value}</strong>
        {note ? <span className="quiet">{note}</span> : null}
      </span>
    </div>
  )
}
