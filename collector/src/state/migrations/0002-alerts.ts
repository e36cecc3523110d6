import { ALERT_STATE_TABLES } from '../../notify/alert-state/sqlite-alert-state.ts'
import { NOTIFICATION_TABLES } from '../../notify/outbox/outbox-tables.ts'

export const sql = `${ALERT_STATE_TABLES}${NOTIFICATION_TABLES}`
