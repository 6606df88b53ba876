import { actionOf, type Made, chance, decision, newest, row } from '../made.ts'
import { refuse, type Routes } from '../router.ts'

const signal = (id: string, group: string, weight: number, zh: string, values: Record<string, number>, comparisons: object[]) => ({
  id, version: 3, kind: 'rule', group, weight, why: zh, type: 'drainage.robocalls', stage: 'live',
  condition: comparisons.map((each) => (each as { text: string }).text).join(' and '), values, comparisons,
})
const compare = (name: string, value: number, op: string, threshold: number) => ({
  text: `${name} ${op} ${threshold}`, name, value, op, threshold, met: op === '>=' ? value >= threshold : value < threshold,
})

function signals() {
  return [
    signal('call.burst_dialling', 'behaviour', 3, '一小时内呼出 74 次，涉及 71 个不同号码', { 'caller.calls.1h': 74, 'caller.callees.1h': 71 }, [compare('caller.calls.1h', 74, '>=', 60), compare('caller.callees.1h', 71, '>=', 50)]),
    signal('call.strangers_only', 'behaviour', 2.5, '一天 212 次呼出中 97% 打给从未联系过的号码', { 'caller.calls.24h': 212, 'caller.fresh_share.24h': 0.97 }, [compare('caller.calls.24h', 212, '>=', 50), compare('caller.fresh_share.24h', 0.97, '>=', 0.9)]),
    signal('call.short_calls', 'behaviour', 2, '一小时 74 次呼出中 81% 不足十秒', { 'caller.short_share.1h': 0.81 }, [compare('caller.short_share.1h', 0.81, '>=', 0.7)]),
    signal('call.new_number_burst', 'identity', 2, '号码出现仅 6.2 小时就已呼出 212 次', { 'caller.age': 22_300, 'caller.calls.24h': 212 }, [compare('caller.age', 22_300, '<', 172_800), compare('caller.calls.24h', 212, '>=', 40)]),
    { ...signal('model.call', 'model', 1.4, '模型认为可能是群呼', {}, []), kind: 'model', condition: null },
  ]
}

const labels = new Map<number, object>()

function rows(query: URLSearchParams, least: number) {
  const limit = Number(query.get('limit') ?? 50)
  const items: ReturnType<typeof row>[] = []
  let offset = Number(query.get('after') ?? newest())
  for (let looked = 0; items.length < limit && looked < 60_000; looked += 1, offset -= 1) {
    const made: Made = decision(offset)
    if (made.score < Math.max(least, Number(query.get('min_score') ?? 0))) continue
    if (query.get('channel') && made.channel !== query.get('channel')) continue
    if (query.get('action') && made.action !== query.get('action')) continue
    if (query.get('type') && made.type !== query.get('type')) continue
    items.push(row(made))
  }
  return { items, next: String(offset), took_ms: 12.4 }
}

export const decisions: Routes = {
  'GET /events': ({ query }) => ({ ok: rows(query, 0) }),
  'GET /verdicts': ({ query }) => {
    const found = rows(query, 0.1)
    return { ok: { ...found, items: found.items.map((each) => ({ ...each, signals: ['call.burst_dialling', 'call.short_calls'] })) } }
  },
  'GET /verdicts/:offset': ({ path, query }) => {
    const offset = Number(path['offset'])
    if (!Number.isInteger(offset)) return refuse(404, '没有这个决策', '请检查序号。')
    const made = row({ ...decision(offset), channel: 'call', score: 0.952, action: 'block', type: 'drainage.robocalls' })
    const whole = query.get('unmask') === 'true'
    const caller = whole ? '13812345678' : '138****5678'
    made.fields = { id: `C${offset}`, ts: made.ts, caller, callee: '139****0001', duration: 7, answered: true, gateway: 'domestic' }
    made.subject = caller
    return {
      ok: {
        event: made, score: 0.952, type: 'drainage.robocalls', type_name: { zh: '群呼引流', en: 'Robocalls' }, action: 'block', allowed: false,
        base: { log_odds: -7 },
        groups: [
          { group: 'behaviour', zh: '行为', en: 'Behaviour over time', sum: 7.5, cap: 6, counted: 6 },
          { group: 'identity', zh: '身份与号码形态', en: 'Identity and form of numbers', sum: 2, cap: 4, counted: 2 },
          { group: 'model', zh: '模型', en: 'Models', sum: 1.98, cap: 5, counted: 1.98 },
        ],
        signals: signals(),
        shadow: [{ ...signals()[2], id: 'call.trial', stage: 'shadow', why: '影子规则：夜间群呼' }],
        models: [{ id: 'call.shipped', version: 1, score: 0.87, reasons: [{ name: 'caller.callees.1h', value: 71, share: 0.42 }, { name: 'caller.short_share.1h', value: 0.81, share: 0.23 }, { name: 'caller.age', value: 22_300, share: -0.08 }] }],
        actions: [{ id: 'a1', action: 'block', target: caller, delivered_at: made.ts + 220 }],
        label: labels.get(offset) ?? null,
        ledger: { block_first: offset - 12, block_last: offset + 40, head: '9f2c4ab07d11e5aa9f2c4ab07d11e5aa9f2c4ab07d11e5aa9f2c4ab07d11e5aa', position: 12 },
        rules_version: 7, truth: { gang: 'technical.sim_box.1', role: 'caller', type: 'technical.sim_box' },
        identifiers: [
          { field: 'caller', kind: 'phone', value: caller, zh: '主叫', en: 'Caller', ref: `@${offset}.caller` },
          { field: 'callee', kind: 'phone', value: '139****0001', zh: '被叫', en: 'Callee', ref: `@${offset}.callee` },
        ],
      },
    }
  },
  'PUT /verdicts/:offset/label': ({ path, body }) => {
    const offset = Number(path['offset'])
    const label = { offset, type: null, note: null, by: 'demo', at: Date.now(), ...(body as object) }
    labels.set(offset, label)
    return { ok: label }
  },
  'DELETE /verdicts/:offset/label': ({ path }) => {
    labels.delete(Number(path['offset']))
    return { status: 204 }
  },
  'GET /identifiers/:kind/:value': ({ path }) => {
    const next = chance(path['value']?.length ?? 3)
    const end = newest()
    return {
      ok: {
        kind: path['kind'], value: path['value'], shown: path['value'], first_seen: Date.now() - 22_300_000, last_seen: Date.now() - 31_000,
        counts: { call: 212, message: 18 }, verdicts: 47,
        lists: [{ list: 'deny_numbers', until: Date.now() + 86_400_000, reason: '协查通报' }],
        windows: [
          { name: 'caller.calls.1h', zh: '一小时呼出次数', en: 'calls in an hour', value: 74, unit: null },
          { name: 'caller.callees.1h', zh: '一小时不同被叫', en: 'different callees in an hour', value: 71, unit: null },
          { name: 'caller.calls.24h', zh: '一天呼出次数', en: 'calls in a day', value: 212, unit: null },
          { name: 'caller.short_share.1h', zh: '一小时短通话占比', en: 'share of short calls in an hour', value: 0.81, unit: 'share' },
          { name: 'caller.age', zh: '首次出现至今', en: 'since first seen', value: 22_300, unit: 's' },
        ],
        recent: Array.from({ length: 40 }, (_, at) => {
          const score = next() > 0.6 ? 0.4 + next() * 0.59 : next() * 0.1
          return row({ ...decision(end - at * 900), channel: 'call', score, action: actionOf(score), ts: Date.now() - at * 540_000 * (0.4 + next()) })
        }),
      },
    }
  },
  'GET /search': ({ query }) => {
    const q = query.get('q') ?? ''
    if (q.length < 3) return { ok: { items: [], took_ms: 1.2 } }
    return {
      ok: {
        items: [
          { kind: 'phone', value: q, shown: '138****5678', events: 230, verdicts: 47, link: `/identifiers/phone/${q}` },
          { kind: 'account', value: q, shown: q, events: 12, verdicts: 0, link: `/identifiers/account/${q}` },
          { kind: 'rule', value: 'call.burst_dialling', shown: 'call.burst_dialling', events: 1200, verdicts: 1200, link: '/rules/call.burst_dialling' },
        ],
        took_ms: 8.3,
      },
    }
  },
  'POST /what-if': ({ body }) => {
    const { changes = {}, values = {} } = body as { changes?: Record<string, unknown>; values?: Record<string, number> }
    const calls = values['caller.calls.1h'] ?? 74
    const judged = (score: number, list: object[]) => ({ score, type: 'drainage.robocalls', action: actionOf(score), signals: list })
    const all = signals().map(({ id, weight, why }) => ({ id, weight, why }))
    const after = calls < 60 || Object.keys(changes).length > 1 ? judged(0.41, all.slice(1)) : judged(0.952, all)
    return { ok: { before: judged(0.952, all), after, note: '窗口值取自决策当时' } }
  },
}
