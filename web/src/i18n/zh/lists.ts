export const lists = {
  title: '名单',
}
