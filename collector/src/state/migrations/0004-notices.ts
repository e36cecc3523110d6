import { NOTICES_IN_OUTBOX } from '../../notify/outbox/outbox-tables.ts'

export const sql = NOTICES_IN_OUTBOX
