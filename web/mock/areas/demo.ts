import { decision, newest, row } from '../made.ts'
import type { Routes } from '../router.ts'

const gang = (kind: string, zh: string, en: string, events: number, caught: number, first: number | null) => ({
  id: `${kind}.1`, kind, zh, en, on: true, events, caught, first_caught_after_s: first, missed: events - caught,
})

const city = {
  running: true, speed: 240, people: 3000, seed: 1, clock: Date.now() - 4 * 86_400_000,
  gangs: [
    gang('impersonation.police', '冒充公检法', 'Posing as police', 214, 188, 1_820),
    gang('brushing.task_rebate', '兼职刷单返利', 'Paid tasks with rebates', 402, 377, 640),
    gang('technical.sim_box', '多卡宝设备', 'SIM box', 3_120, 3_044, 420),
    gang('settlement.running_points', '跑分洗钱', 'Mule settlement', 96, 41, 9_400),
    gang('investment.romance', '杀猪盘', 'Romance investment', 33, 0, null),
  ],
  totals: { fraud: 3_865, caught: 3_650, missed: 215, false_alarms: 61, honest: 1_204_331 },
}

export const demo: Routes = {
  'GET /demo': () => ({ ok: { ...city, clock: city.clock + (Date.now() % 1e7) * 240 } }),
  'PUT /demo': ({ body }) => {
    const { running, speed, gangs } = body as { running?: boolean; speed?: number; gangs?: Record<string, boolean> }
    if (running !== undefined) city.running = running
    if (speed !== undefined) city.speed = speed
    for (const each of city.gangs) each.on = gangs?.[each.kind] ?? each.on
    return { ok: city }
  },
  'GET /demo/truth': ({ query }) => ({
    ok: {
      items: Array.from({ length: 30 }, (_, at) => ({
        ...row(decision(newest() - at * 37)), truth: { gang: query.get('gang') || 'impersonation.police.1', role: 'caller' }, caught: query.get('caught') === 'true',
      })),
      next: null,
    },
  }),
}
