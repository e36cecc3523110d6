import { STORE_GAP_REASONS } from '../store-gaps.ts'

export const sql = STORE_GAP_REASONS
