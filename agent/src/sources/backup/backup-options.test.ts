import { expect, test } from 'vitest'

import { BACKUP_OPTIONS } from './backup-options.ts'

const isTaken = (option: 'repository' | 'job' | 'at', text: string) =>
  new RegExp(BACKUP_OPTIONS[option].pattern, 'u').test(text)

test.each([
  ['repository', '/mnt/nas/restic', true],
  ['repository', 'sftp:backup@nas:/restic', true],
  ['repository', 'ssh://backup@nas:22/./borg', true],
  ['repository', 'backup@nas:/borg', true],
  ['repository', 's3:https://s3.local/bucket', true],
  ['repository', 'rest:https://user:secret@nas/', false],
  ['repository', 'ssh://backup:secret@nas/borg', false],
  ['repository', '--insecure-no-password', false],
  ['job', 'hcdb1-full', true],
  ['job', '../etc', false],
  ['job', 'a b', false],
  ['at', 'mon,thu 22:00', true],
  ['at', '24:00', false],
] as const)('%s %s: %s', (option, text, taken) => {
  expect(isTaken(option, text)).toBe(taken)
})
