export const backtest = {
  title: '回测',
}
