export const now = {
  title: '实时态势',
}
