import type { CommandRunner } from '../commands.ts'
import { askTool } from './ask-tool.ts'
import type { BackupEvidence } from './backup-run.ts'
import { parseBorg, parseRestic } from './parse-snapshots.ts'

/** A repository of restic or borg. */
export interface SnapshotRepository {
  readonly program: string
  readonly repository: string
  readonly passwordFile: string | undefined
  /** restic: a tag; borg: a pattern of archives' names. */
  readonly select: string | undefined
  /** Where borg may write what it always writes; undefined: where it does for the account that runs it. */
  readonly borgDirectory: string | undefined
}

/** Lists without a lock: a backup that runs is not held up. @throws ProbeError */
export async function askRestic(
  commands: CommandRunner,
  { program, repository, passwordFile, select }: SnapshotRepository,
  signal?: AbortSignal,
): Promise<BackupEvidence> {
  const args = [
    'snapshots',
    '--json',
    '--no-lock',
    '--no-cache',
    `--repo=${repository}`,
    ...(passwordFile === undefined ? [] : [`--password-file=${passwordFile}`]),
    ...(select === undefined ? [] : [`--tag=${select}`]),
  ]
  return parseRestic(await askTool(commands, program, args, { signal }))
}

/** @throws ProbeError */
export async function askBorg(
  commands: CommandRunner,
  { program, repository, passwordFile, select, borgDirectory }: SnapshotRepository,
  signal?: AbortSignal,
): Promise<BackupEvidence> {
  const args = [
    'list',
    '--json',
    '--bypass-lock',
    '--last=200',
    '--format={end}',
    ...(select === undefined ? [] : [`--glob-archives=${select}`]),
    repository,
  ]
  const environment = {
    TZ: 'UTC',
    ...(borgDirectory === undefined ? {} : { BORG_BASE_DIR: borgDirectory }),
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    ...(passwordFile === undefined
      ? {}
      : { BORG_PASSCOMMAND: `/bin/cat '${passwordFile.replaceAll("'", `'"'"'`)}'` }),
  }
  return parseBorg(await askTool(commands, program, args, { signal, environment }))
}
