import { URGENCY_AND_PAUSES } from '../../notify/outbox/outbox-tables.ts'

export const sql = URGENCY_AND_PAUSES
