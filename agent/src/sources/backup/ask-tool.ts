import { maskSecrets } from '../../mask-secrets.ts'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { CommandRunner } from '../commands.ts'

const DEADLINE_MS = 25_000
const MOST_BYTES = 16 * 1024 * 1024
const SHOWN = 400

/** A tool's listing. @throws ProbeError, also where the tool is not installed: a declared job must not go quiet for that */
export async function askTool(
  commands: CommandRunner,
  program: string,
  args: readonly string[],
  {
    signal,
    environment = {},
  }: {
    readonly signal: AbortSignal | undefined
    readonly environment?: Readonly<Record<string, string>>
  },
): Promise<string> {
  const bounds = { deadlineMs: DEADLINE_MS, maxBytes: MOST_BYTES, environment }
  const limits = signal === undefined ? bounds : { ...bounds, signal }
  const { exitCode, stdout, stderr } = await commands
    .run(program, args, limits)
    .catch((error: unknown) => {
      throw error instanceof NoDataError ? notInstalled(program) : error
    })
  if (exitCode === 0) return stdout
  const said = maskSecrets(`${stderr}\n${stdout}`.trim()).slice(0, SHOWN)
  const isDenied = /permission denied|not permitted/i.test(said)
  throw new ProbeError(isDenied ? 'NOT_PERMITTED' : 'UNREADABLE', {
    zh: `${program} 失败，退出码 ${exitCode}：${said}`,
    en: `${program} failed with exit code ${exitCode}: ${said}`,
  })
}

function notInstalled(program: string): ProbeError {
  return new ProbeError('UNREADABLE', {
    zh: `未安装 ${program}；请安装，或用 program 指定其路径`,
    en: `${program} is not installed; install it, or say where it is by program`,
  })
}
