import { WRITE_TOKEN_TABLES } from '../write-tokens.ts'

export const sql = WRITE_TOKEN_TABLES
