/** Made-up decisions: the same offset always gives the same one. */

const CHANNELS = ['call', 'message', 'transfer', 'visit', 'account', 'install', 'sighting', 'complaint']
const WEIGHTS = [40, 24, 12, 12, 6, 2, 3, 1]
const TYPES = ['impersonation.police', 'brushing.task_rebate', 'drainage.robocalls', 'technical.sim_box', 'settlement.running_points', 'loan.fake_platform']
const WHY = [
  { zh: '一小时内呼出 74 次，涉及 71 个不同号码', en: '74 calls to 71 different numbers within an hour' },
  { zh: '号码出现仅 6 小时就已呼出 212 次', en: 'first seen 6 h ago and already 212 calls' },
  { zh: '十分钟内收到 5 个陌生账户转入', en: '5 strangers paid in within ten minutes' },
  { zh: '短信含贷款引流话术', en: 'the text carries phrases of loan luring' },
]

export function chance(seed: number): () => number {
  let state = (seed * 2654435761 + 1013904223) >>> 0
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 4294967296
  }
}

function pick<T>(next: () => number, from: readonly T[]): T {
  return from[Math.floor(next() * from.length)] as T
}

function weighted(next: () => number): string {
  let left = next() * 100
  for (const [at, channel] of CHANNELS.entries()) {
    left -= WEIGHTS[at] ?? 0
    if (left < 0) return channel
  }
  return 'call'
}

const digits = (next: () => number, count: number) => Array.from({ length: count }, () => Math.floor(next() * 10)).join('')

export function actionOf(score: number): string {
  if (score >= 0.9) return 'block'
  if (score >= 0.7) return 'hold'
  if (score >= 0.5) return 'warn'
  return score >= 0.3 ? 'label' : 'allow'
}

export const BEGAN = Date.now() - 86_400_000

export function decision(offset: number) {
  const next = chance(offset + 7)
  next()
  const channel = weighted(next)
  const bad = next() < 0.06
  const score = bad ? 0.3 + next() * 0.69 : next() * 0.02
  const kind = { call: 'phone', message: 'phone', transfer: 'account', visit: 'domain', account: 'account', install: 'package', sighting: 'cell', complaint: 'phone' }[channel] ?? 'phone'
  const subject = kind === 'phone' ? `138****${digits(next, 4)}` : kind === 'domain' ? `${pick(next, ['pay', 'bank', 'ship'])}-${digits(next, 3)}.example` : kind === 'account' ? `AC****${digits(next, 2)}` : kind === 'package' ? `com.example.app${digits(next, 2)}` : `460-00-${digits(next, 5)}`
  const fields: Record<string, string | number | boolean | null> =
    channel === 'transfer'
      ? { id: `T${offset}`, ts: BEGAN + offset * 40, payer: `AC****${digits(next, 2)}`, payee: subject, amount: Math.round(next() * 5e6) / 100 }
      : channel === 'message'
        ? { ts: BEGAN + offset * 40, sender: subject, receiver: `139****${digits(next, 4)}`, text: '【已隐藏】' }
        : { id: `C${offset}`, ts: BEGAN + offset * 40, caller: subject, callee: `139****${digits(next, 4)}`, duration: Math.round(next() * 200), answered: next() > 0.3, gateway: 'domestic' }
  return {
    offset, ts: BEGAN + offset * 40, channel, id: String(fields['id'] ?? '') || null, subject, subject_kind: kind, score,
    type: bad ? pick(next, TYPES) : null, action: actionOf(score), fields,
    why: bad ? pick(next, WHY) : null,
  }
}

export type Made = ReturnType<typeof decision>

export function row(made: Made) {
  const { offset, ts, channel, id, subject, subject_kind, score, type, action, fields } = made
  return { offset, ts, channel, id, subject, subject_kind, score, type, action, fields }
}

export function live(made: Made) {
  const { offset, ts, channel, subject, subject_kind, score, type, action, why } = made
  return { offset, ts, channel, subject, subject_kind, score, type, action, why: { zh: why ? [why.zh] : [], en: why ? [why.en] : [] } }
}

/** How many decisions a second the mock makes. */
export const PER_SECOND = Number(process.env['MOCK_RATE'] ?? 120)

export function newest(): number {
  return 2_000_000 + Math.floor(((Date.now() - BEGAN - 86_400_000) / 1000) * PER_SECOND)
}
