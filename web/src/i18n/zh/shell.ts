export const shell = {
  skip: '跳到正文',
  navigation: '主导航',
  groups: { watch: '监测', judge: '研判', shape: '策略', keep: '管理' },
  nav: {
    now: '实时态势',
    demo: '演示城市',
    decisions: '决策与事件',
    rules: '规则',
    backtest: '回测',
    lists: '名单',
    deadLetters: '死信',
    models: '模型',
    users: '用户与密钥',
    audit: '审计日志',
  },
}
