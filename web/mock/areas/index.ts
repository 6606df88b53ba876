import type { Routes } from '../router.ts'
import { access } from './access.ts'
import { names } from './names.ts'

/** One file an area; add yours here. */
export const ROUTES: Routes = { ...access, ...names }
