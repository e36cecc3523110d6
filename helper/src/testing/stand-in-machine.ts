import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { HelperMachine } from '../answer-request.ts'

/** A machine on which every program of the list is a stand-in: a script that writes down how it was called. */
export class StandInMachine implements HelperMachine, AsyncDisposable {
  readonly directory: string
  readonly shadow: string
  readonly #calls: string

  private constructor(directory: string) {
    this.directory = directory
    this.shadow = join(directory, 'shadow')
    this.#calls = join(directory, 'calls')
  }

  static async create(): Promise<StandInMachine> {
    const machine = new StandInMachine(await mkdtemp(join(tmpdir(), 'helper-')))
    await writeFile(machine.#calls, '')
    for (const name of ['smartctl', 'storcli64', 'ssacli', 'arcconf', 'dmsetup', 'vgs'])
      await machine.install(name, 'echo answered')
    return machine
  }

  /** @param script shell, after the call was written down */
  async install(name: string, script: string, mode = 0o755): Promise<void> {
    const file = join(this.directory, name)
    const note = `printf '<%s>' "\${0##*/}" "$@" >>${this.#calls}; echo >>${this.#calls}`
    await writeFile(file, `#!/bin/sh\n${note}\n${script}\n`)
    await chmod(file, mode)
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.directory, name))
  }

  programsFor(listed: readonly string[]): readonly string[] {
    return listed.map((program) => join(this.directory, basename(program)))
  }

  /** How programs were called, a line each: `<smartctl><--json=c>…`. */
  async calls(): Promise<string[]> {
    return (await readFile(this.#calls, 'utf8')).split('\n').slice(0, -1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true })
  }
}
