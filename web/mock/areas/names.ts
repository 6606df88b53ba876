import type { Routes } from '../router.ts'

const field = (name: string, type: string, zh: string, en: string, more: object = {}) => ({
  name, type, zh, en, kind: null, unit: null, required: false, sensitivity: null, masking: null, values: null, ...more,
})
const personal = { sensitivity: 'personal', masking: 'middle' }

const CALL = [
  field('id', 'code', '编号', 'Id'),
  field('ts', 'time', '开始时间', 'Start time', { required: true }),
  field('caller', 'identifier', '主叫', 'Caller', { kind: 'phone', required: true, ...personal }),
  field('callee', 'identifier', '被叫', 'Callee', { kind: 'phone', required: true, ...personal }),
  field('duration', 'number', '通话时长', 'Talk time', { unit: 's' }),
  field('answered', 'flag', '已接通', 'Answered'),
  field('gateway', 'code', '入口局', 'Ingress', { values: ['domestic', 'international'] }),
]
const TRANSFER = [
  field('id', 'code', '编号', 'Id'),
  field('ts', 'time', '时间', 'Time', { required: true }),
  field('payer', 'identifier', '付款账户', 'Payer', { kind: 'account', required: true, ...personal }),
  field('payee', 'identifier', '收款账户', 'Payee', { kind: 'account', required: true, ...personal }),
  field('amount', 'number', '金额', 'Amount', { unit: 'CNY', required: true, sensitivity: 'personal', masking: 'hide' }),
]
const MESSAGE = [
  field('ts', 'time', '时间', 'Time'),
  field('sender', 'identifier', '发送方', 'Sender', { kind: 'phone', ...personal }),
  field('receiver', 'identifier', '接收方', 'Receiver', { kind: 'phone', ...personal }),
  field('text', 'text', '内容', 'Text', { required: true, sensitivity: 'personal', masking: 'hide' }),
]
const channel = (name: string, zh: string, en: string, subject: string, fields: object[]) => ({
  name, plural: `${name}s`, zh, en, subject, fields,
})
const type = (id: string, zh: string, en: string) => ({
  id, zh, en, group: id.split('.')[0], line: { zh: `${zh}的典型手法`, en: `How ${en.toLowerCase()} goes` },
})

const variable = (name: string, zh: string, en: string, unit: string | null = null) => ({ name, kind: 'number', zh, en, unit })

export const names: Routes = {
  'GET /vocabulary/:channel': () => ({
    ok: {
      variables: [
        variable('caller.calls.1h', '一小时呼出次数', 'calls in an hour'),
        variable('caller.callees.1h', '一小时不同被叫数', 'different callees in an hour'),
        variable('caller.calls.24h', '一天呼出次数', 'calls in a day'),
        variable('caller.fresh_share.24h', '一天新联系人占比', 'share of first contacts in a day', 'share'),
        variable('caller.short_share.1h', '一小时短通话占比', 'share of short calls in an hour', 'share'),
        variable('caller.age', '号码首次出现至今', 'time since first seen', 's'),
      ],
      functions: [], lists: [],
    },
  }),
  'GET /channels': () => ({
    ok: {
      items: [
        channel('call', '通话', 'Call', 'caller', CALL),
        channel('transfer', '转账', 'Transfer', 'payee', TRANSFER),
        channel('message', '短信', 'Message', 'sender', MESSAGE),
      ],
      next: null,
    },
  }),
  'GET /fraud-types': () => ({
    ok: {
      items: [
        type('impersonation.police', '冒充公检法', 'Posing as police'),
        type('brushing.task_rebate', '兼职刷单返利', 'Paid tasks with rebates'),
        type('drainage.robocalls', '群呼引流', 'Robocalls'),
        type('technical.sim_box', '多卡宝设备', 'SIM box'),
        type('settlement.running_points', '跑分洗钱', 'Mule settlement'),
        type('loan.fake_platform', '虚假贷款', 'Fake loan'),
      ],
      next: null,
    },
  }),
  'GET /groups': () => ({
    ok: {
      items: [
        { id: 'behaviour', zh: '行为', en: 'Behaviour over time', cap: 6 },
        { id: 'content', zh: '内容', en: 'Content of messages and pages', cap: 6 },
        { id: 'identity', zh: '身份与号码形态', en: 'Identity and form of numbers', cap: 4 },
        { id: 'money', zh: '资金', en: 'Movement of money', cap: 6 },
        { id: 'model', zh: '模型', en: 'Models', cap: 5 },
      ],
      next: null,
    },
  }),
}
