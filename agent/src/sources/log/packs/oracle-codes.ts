/** Codes of Oracle's alert log that are worth an alarm by themselves. */
export const WATCHED_CODES = [
  'ORA-00060',
  'ORA-00257',
  'ORA-00600',
  'ORA-01555',
  'ORA-01578',
  'ORA-01653',
  'ORA-04031',
  'ORA-07445',
  'ORA-19809',
] as const
