/** What can be told a process at its start alone. */
export interface ImageSettings {
  /** Options of Node's. */
  readonly nodeOptions: readonly string[]
  /** Options of Node's that a person gave: they come after the others, and win. Default: those of this process. */
  readonly givenOptions?: readonly string[]
  /** Variables that whoever started the program may have set otherwise. */
  readonly environment: Readonly<Record<string, string>>
  /** Variables for the fresh image itself: by them it knows that it is one. */
  readonly handed: Readonly<Record<string, string>>
}

/**
 * Goes on as a fresh image of this process: the same process id, program and arguments. Returns where that can't be done: Windows, a Node that has no
 * execve.
 */
export function continueAsFreshImage({
  nodeOptions,
  givenOptions = process.execArgv,
  environment,
  handed,
}: ImageSettings): void {
  const [, program, ...args] = process.argv
  if (process.execve === undefined || program === undefined) return
  const options = new Set([...nodeOptions, ...givenOptions])
  // That it is experimental is nothing a reader of logs could act on.
  process.removeAllListeners('warning').on('warning', () => undefined)
  process.execve(process.execPath, [process.execPath, ...options, program, ...args], {
    ...environment,
    ...process.env,
    ...handed,
  })
}
