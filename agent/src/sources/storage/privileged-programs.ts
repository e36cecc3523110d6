import { access } from 'node:fs/promises'
import { planCommand, type ProgramRequest } from '@wardround/helper'
import type { CommandOutcome, CommandRunner } from '../commands.ts'
import type { HelperClient } from '../helper-client.ts'
import { ProgramUnavailable } from '../program-unavailable.ts'

/** What a probe needs of the programs that want root. */
export interface ProgramRunner {
  /**
   * @throws ProgramUnavailable where a person has to install or grant something
   * @throws ProbeError as of Commands
   */
  run(request: ProgramRequest, signal: AbortSignal): Promise<CommandOutcome>
}

/** The helper's own deadlines are shorter: it is started first, and then tells what it ended. */
const HELPER_GRACE_MS = 10_000

/** The same fixed list both ways: what the agent starts as root is what the helper would have started. */
export class PrivilegedPrograms implements ProgramRunner {
  readonly #commands: CommandRunner
  readonly #helper: HelperClient
  readonly #isRoot: boolean

  constructor(commands: CommandRunner, helper: HelperClient, isRoot: boolean) {
    this.#commands = commands
    this.#helper = helper
    this.#isRoot = isRoot
  }

  async run(request: ProgramRequest, signal: AbortSignal): Promise<CommandOutcome> {
    const { programs, args, deadlineMs, maxBytes } = planCommand(request)
    if (!this.#isRoot)
      return this.#helper.run(request, { deadlineMs: deadlineMs + HELPER_GRACE_MS, signal })
    const program = await findInstalled(programs)
    return this.#commands.run(program, args, { deadlineMs, maxBytes, signal })
  }
}

async function findInstalled(programs: readonly string[]): Promise<string> {
  for (const program of programs) {
    try {
      await access(program)
      return program
    } catch {
      continue // the next place where it may be
    }
  }
  const [first = ''] = programs
  throw new ProgramUnavailable('not-installed', {
    zh: `未安装 ${first}`,
    en: `${first} is not installed`,
  })
}
