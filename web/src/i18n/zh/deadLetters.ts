export const deadLetters = {
  title: '死信',
}
