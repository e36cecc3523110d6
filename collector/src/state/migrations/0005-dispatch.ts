import { DISPATCH_TABLES } from '../../notify/sqlite-dispatch.ts'

export const sql = DISPATCH_TABLES
