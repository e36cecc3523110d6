import type { RuleText } from '../compile-rule.ts'

/** The error log of MySQL 5.7 to 9 and of MariaDB 10 and 11. */
export const MYSQL_RULES: readonly RuleText[] = [
  {
    name: 'Server crashed',
    match: '(?:mysqld|mariadbd) got (?:signal|exception)|got signal \\d+ ;|Assertion failure',
    severity: 'critical',
  },
  {
    name: 'Corrupt data',
    match:
      'InnoDB: .*(?:[Cc]orrupt|checksum mismatch)|Database page corruption|is marked as crashed|Incorrect key file for table|Index for table .* is corrupt',
    except: 'not corrupt',
    severity: 'critical',
  },
  {
    name: 'No space left',
    match:
      'No space left on device|(?:Errcode|errno|OS error)[:"]? ?28\\b|Disk is full writing|The table .{1,200} is full',
    severity: 'critical',
  },
  {
    name: 'File error',
    match:
      'InnoDB: (?:Operating system error number \\d+|Write to file .* failed|File .{1,300} returned OS error|Cannot (?:open|create) )',
    severity: 'critical',
  },
  { name: 'Too many connections', match: 'Too many connections', severity: 'critical' },
  {
    name: 'Out of memory',
    match: "Out of memory|[Cc]annot allocate memory|[Cc]an(?:not|'t) create (?:a new )?thread",
    severity: 'critical',
  },
  { name: 'Too many open files', match: 'Too many open files|Errcode: 24\\b', severity: 'warning' },
  {
    name: 'InnoDB waits too long',
    match: 'long semaphore wait|semaphore wait has lasted',
    severity: 'critical',
  },
  {
    name: 'Recovery after a crash',
    match:
      'InnoDB: (?:Starting crash recovery|Database was not shut ?down normally)|Crash recovery finished',
    severity: 'warning',
  },
  {
    name: 'Replication broken',
    match:
      '(?:Slave|Replica) (?:SQL|I/O).*(?:Error_code|error|failed)|Got fatal error \\d+ from (?:master|source)|Error reading packet from server',
    severity: 'critical',
  },
  { name: 'Logins refused', match: 'Access denied for user', severity: 'warning', atLeast: 10 },
  {
    name: 'Connections aborted',
    match: 'Aborted connection \\d+ to db',
    severity: 'info',
    atLeast: 50,
  },
  {
    name: 'Deadlock',
    match: 'transactions? deadlock detected|Deadlock found',
    severity: 'info',
    ignoreCase: true,
  },
  {
    name: 'Error',
    match: '\\[ERROR\\]',
    except: 'Access denied for user|Too many connections|No space left|got signal|deadlock',
    severity: 'warning',
  },
]
