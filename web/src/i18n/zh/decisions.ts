export const decisions = {
  title: '决策与事件',
}
