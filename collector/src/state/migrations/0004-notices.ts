import { NOTICES_IN_OUTBOX } from '../../notify/sqlite-outbox.ts'

export const sql = NOTICES_IN_OUTBOX
