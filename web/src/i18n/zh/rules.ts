export const rules = {
  title: '规则',
}
