export const demo = {
  title: '演示城市',
}
