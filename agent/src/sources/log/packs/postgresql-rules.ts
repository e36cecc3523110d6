import type { RuleText } from '../compile-rule.ts'

/** PostgreSQL 9.6 to 18, with the texts of its own; messages in Chinese where a level alone tells. */
export const POSTGRESQL_RULES: readonly RuleText[] = [
  { name: 'PANIC', match: '\\bPANIC:  |比致命错误还过分的错误', severity: 'critical' },
  {
    name: 'Too many connections',
    match:
      'remaining connection slots are reserved|sorry, too many clients already|too many connections for (?:role|database)',
    severity: 'critical',
  },
  { name: 'No space left', match: 'No space left on device', severity: 'critical' },
  {
    name: 'Corrupt data',
    match:
      'invalid page in block|page verification failed|could not read block \\d+ in file|(?:missing|unexpected) chunk number|could not access status of transaction|checksum verification failed|invalid memory alloc request size',
    severity: 'critical',
  },
  {
    name: 'File error',
    match:
      '(?:PANIC|FATAL|ERROR|LOG|WARNING):  could not (?:fsync|write to|write block|extend|rename|create|open) (?:file|directory|write-ahead log|log file|\\d+ in file)',
    except: 'No space left on device',
    severity: 'critical',
  },
  {
    name: 'Server process killed',
    match: 'server process \\(PID \\d+\\) was terminated by signal (?<signal>\\d+)',
    severity: 'critical',
  },
  {
    name: 'Recovery after a crash',
    match: 'database system was (?:not properly shut down|interrupted)',
    severity: 'warning',
  },
  {
    name: 'Out of memory',
    match: 'ERROR:  out of (?:shared )?memory|could not fork new process for connection',
    severity: 'critical',
  },
  {
    name: 'Transaction wraparound',
    match:
      'must be vacuumed within \\d+ transactions|is not accepting commands (?:to avoid|that assign)|oldest (?:xmin|multixact) is far in the past',
    severity: 'critical',
  },
  {
    name: 'Archiving failed',
    match:
      'archive command (?:failed with exit code|was terminated)|archiving write-ahead log file .* failed too many times',
    severity: 'critical',
  },
  {
    name: 'Replication broken',
    match:
      'requested WAL segment \\S+ has already been removed|could not (?:receive data from WAL stream|connect to the primary server)|terminating walsender process due to replication timeout|invalidating (?:obsolete replication )?slot',
    severity: 'warning',
  },
  { name: 'Deadlock', match: 'deadlock detected', severity: 'warning' },
  {
    name: 'Temporary files too large',
    match: 'temporary file size exceeds temp_file_limit',
    severity: 'warning',
  },
  {
    name: 'Logins refused',
    match: 'password authentication failed for user|no pg_hba\\.conf entry for',
    severity: 'warning',
    atLeast: 10,
  },
  {
    name: 'FATAL',
    match: '\\bFATAL:  |致命错误:  ',
    except:
      'password authentication failed|no pg_hba\\.conf entry|remaining connection slots|too many (?:clients|connections)|terminating (?:connection|background worker)|canceling authentication|the database system is |connection to client lost|No space left|could not (?:receive data from WAL|connect to the primary)|比致命错误还过分的错误',
    severity: 'warning',
  },
  {
    name: 'Checkpoints too frequent',
    match: 'checkpoints are occurring too frequently',
    severity: 'info',
  },
]
