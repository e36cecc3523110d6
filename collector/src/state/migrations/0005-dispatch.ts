import { DISPATCH_TABLES } from '../../notify/alert-state/sqlite-dispatch.ts'

export const sql = DISPATCH_TABLES
