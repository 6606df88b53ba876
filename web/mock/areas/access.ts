import { refuse, type Routes } from '../router.ts'

const VIEWER = [
  'now.read', 'events.read', 'verdicts.read', 'rules.read', 'lists.read', 'models.read', 'jobs.read', 'demo.read',
  'dead_letters.read',
]
const ANALYST = [...VIEWER, 'unmask', 'verdicts.label', 'whatif.run', 'rules.draft', 'rules.backtest', 'decide.run']
const OPERATOR = [
  ...ANALYST, 'rules.publish', 'lists.write', 'snoozes.write', 'dead_letters.write', 'events.ingest',
  'demo.control', 'metrics.read',
]
const HELD: Record<string, string[]> = {
  viewer: VIEWER,
  analyst: ANALYST,
  operator: OPERATOR,
  administrator: [...OPERATOR, 'users.manage', 'keys.manage', 'audit.read'],
}

let session: unknown = null

function enter(role: string) {
  session = {
    user: { name: `demo-${role}`, role, display: role },
    permissions: HELD[role] ?? VIEWER,
    csrf: 'mock',
    expires_at: Date.now() + 3_600_000,
    demo: true,
  }
  return { ok: session }
}

export const access: Routes = {
  'GET /setup': () => ({ ok: { needed: false, demo: true } }),
  'POST /setup': () => enter('administrator'),
  'GET /session': () => (session ? { ok: session } : refuse(401, '尚未登录', '请先登录。')),
  'POST /session': ({ body }) => {
    const { name, password } = body as { name: string; password: string }
    if (password !== 'right') return refuse(401, '用户名或密码不正确', '请检查后重试；模拟服务的密码是 right。')
    return enter(name in HELD ? name : 'administrator')
  },
  'POST /session/demo': ({ body }) => enter((body as { role: string }).role),
  'DELETE /session': () => {
    session = null
    return { status: 204 }
  },
  'PUT /session/password': () => ({ status: 204 }),
}
