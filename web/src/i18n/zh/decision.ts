export const decision = {
  title: '决策详情',
}
