import type { Routes } from '../router.ts'
import { access } from './access.ts'
import { decisions } from './decisions.ts'
import { demo } from './demo.ts'
import { names } from './names.ts'
import { now } from './now.ts'

/** One file an area; add yours here. */
export const ROUTES: Routes = { ...access, ...names, ...decisions, ...demo, ...now }
