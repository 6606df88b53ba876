export const identifiers = {
  title: '标识',
}
