import { STORE_GAP_TABLES } from '../store-gaps.ts'

export const sql = STORE_GAP_TABLES
