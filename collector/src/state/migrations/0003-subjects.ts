import { SUBJECT_TABLES } from '../subjects.ts'

export const sql = SUBJECT_TABLES
