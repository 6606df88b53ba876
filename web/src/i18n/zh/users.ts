export const users = {
  title: '用户与密钥',
}
