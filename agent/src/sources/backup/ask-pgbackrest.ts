import type { CommandRunner } from '../commands.ts'
import { askTool } from './ask-tool.ts'
import type { BackupEvidence } from './backup-run.ts'
import { parsePgbackrest, type PgbackrestJob } from './parse-pgbackrest.ts'

export interface PgbackrestTool extends PgbackrestJob {
  readonly program: string
  readonly config: string | undefined
}

/** `pgbackrest info`: takes no lock, writes no log. By repository key. @throws ProbeError */
export async function askPgbackrest(
  commands: CommandRunner,
  tool: PgbackrestTool,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, BackupEvidence>> {
  const { program, config, stanza, repo } = tool
  const answer = await askTool(
    commands,
    program,
    [
      'info',
      '--output=json',
      `--stanza=${stanza}`,
      '--log-level-console=off',
      '--log-level-stderr=error',
      '--log-level-file=off',
      ...(config === undefined ? [] : [`--config=${config}`]),
      ...(repo === undefined ? [] : [`--repo=${repo}`]),
    ],
    { signal },
  )
  return parsePgbackrest(answer, tool)
}
