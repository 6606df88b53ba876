import { common } from './common'
import { shell } from './shell'
import { login } from './login'
import { now } from './now'
import { decision } from './decision'
import { decisions } from './decisions'
import { identifiers } from './identifiers'
import { demo } from './demo'
import { rules } from './rules'
import { backtest } from './backtest'
import { lists } from './lists'
import { deadLetters } from './deadLetters'
import { models } from './models'
import { users } from './users'
import { audit } from './audit'
import { editor } from './editor'
import { jobs } from './jobs'
import type { Shape } from '../shape'

export const zh = { common, shell, login, now, decision, decisions, identifiers, demo, rules, backtest, lists, deadLetters, models, users, audit, editor, jobs }

export type Texts = Shape<typeof zh>
