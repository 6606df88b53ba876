import { type Made, decision, live, newest, PER_SECOND } from '../made.ts'
import type { Routes } from '../router.ts'

const WINDOW = 300

function count(list: Made[], by: 'channel' | 'action'): Record<string, number> {
  const found: Record<string, number> = {}
  for (const each of list) found[each[by]] = (found[each[by]] ?? 0) + 1
  return found
}

function second(back: number): Made[] {
  const end = newest() - back * PER_SECOND
  const some = Math.min(PER_SECOND, 60)
  return Array.from({ length: some }, (_, at) => decision(end - at))
}

const scaled = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, Math.round((n * PER_SECOND) / Math.min(PER_SECOND, 60))]))

const totals = () => ({
  events: { call: 812_345, message: 442_120, transfer: 120_400, visit: 233_000, account: 64_000, install: 9_012, sighting: 30_111, complaint: 512 },
  actions: { allow: newest() - 61_000, label: 21_000, warn: 18_230, verify: 4_020, delay: 900, hold: 3_200, block: 12_400, restrict: 1_120, refer: 130 },
  types: { 'impersonation.police': 2_900, 'brushing.task_rebate': 9_200, 'drainage.robocalls': 21_100, 'settlement.running_points': 3_310 },
})

const health = () => ({
  status: process.env['MOCK_FAULT'] ? 'fault' : 'ok', fault: process.env['MOCK_FAULT'] ?? null, uptime_s: 93_784, journal_end: newest(),
  waiting: 0, late: 12, forced: 0, events_per_second: PER_SECOND, p50_ms: 1.4, p99_ms: 6.8, window_bytes: 412_000_000,
  window_keys: 812_330, checkpoint_age_s: 42, rules_live: 141, rules_shadow: 3, models: 4,
})

export const now: Routes = {
  'GET /now': () => {
    const made = Array.from({ length: WINDOW }, (_, at) => second(WINDOW - at))
    const scale = PER_SECOND / Math.min(PER_SECOND, 60)
    const series = (by: 'channel' | 'action') => {
      const out: Record<string, number[]> = {}
      made.forEach((list, at) => {
        for (const [name, n] of Object.entries(count(list, by))) {
          ;(out[name] ??= new Array<number>(WINDOW).fill(0))[at] = Math.round(n * scale)
        }
      })
      return out
    }
    const at = Math.floor(Date.now() / 1000)
    return {
      ok: {
        at: Date.now(), seconds: Array.from({ length: WINDOW }, (_, back) => at - WINDOW + back),
        channels: series('channel'), actions: series('action'), totals: totals(),
        rising: [
          { type: 'brushing.task_rebate', zh: '兼职刷单返利', en: 'Paid tasks with rebates', hour: 86, hour_before: 21, ratio: 4.1 },
          { type: 'impersonation.police', zh: '冒充公检法', en: 'Posing as police', hour: 31, hour_before: 14, ratio: 2.2 },
          { type: 'technical.sim_box', zh: '多卡宝设备', en: 'SIM box', hour: 9, hour_before: 0, ratio: null },
        ],
        engine: health(),
      },
    }
  },
  'GET /stream': ({ query, request, response }) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    const least = Number(query.get('min_score') ?? 0)
    let told = Number(request.headers['last-event-id'] ?? newest())
    let turn = 0
    const say = (event: string, data: unknown, id?: number) =>
      response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    const timer = setInterval(() => {
      const end = newest()
      const fresh: Made[] = []
      for (let offset = Math.max(told + 1, end - 500); offset <= end; offset += 1) fresh.push(decision(offset))
      const fits = fresh.filter((each) => each.score >= least && (!query.get('channel') || each.channel === query.get('channel')) && (!query.get('action') || each.action === query.get('action')))
      if (fits.length) say('decisions', { decisions: fits.map(live) }, end)
      told = end
      turn += 1
      if (turn % 4 === 0) {
        const list = second(0)
        say('now', { at: Date.now(), channels: scaled(count(list, 'channel')), actions: scaled(count(list, 'action')), totals: totals(), per_second: PER_SECOND })
      }
      if (turn === 12) say('notice', { level: 'info', zh: '规则 call.burst_dialling 第 3 版已上线', en: 'Rule call.burst_dialling version 3 is live', link: '/rules/call.burst_dialling' })
    }, 250)
    request.on('close', () => clearInterval(timer))
    return { stream: true }
  },
}
