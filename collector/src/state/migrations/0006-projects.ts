import { PROJECT_TABLES } from '../projects.ts'

export const sql = PROJECT_TABLES
