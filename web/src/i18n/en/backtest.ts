import type { Texts } from '../zh'

export const backtest: Texts['backtest'] = {
  title: 'Backtest',
}
