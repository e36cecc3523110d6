import { join } from 'node:path'
import { otherOwnerOf } from '@wardround/program/running'
import { ifThere } from './if-there.ts'
import { doStateFileWork, type StateFileWork } from './state-file-work.ts'
import { workAsOwner } from './work-as-owner.ts'

/**
 * Small files in directories of the state directory, whoever runs: the agent, or root with a command beside it. What root does here is done by a
 * child that has become the state directory's owner, so that the files are the agent's, and a symbolic link that the agent's user put there
 * leads root nowhere.
 */
export class StateFiles {
  readonly #state: string

  constructor(state: string) {
    this.#state = state
  }

  /** @param names of the directory and the file */
  pathOf(...names: readonly string[]): string {
    return join(this.#state, ...names)
  }

  /** @returns undefined where there is none. @throws the system's error */
  read(file: string): Promise<string | undefined> {
    return ifThere(() => this.#do({ kind: 'read', file }))
  }

  /** As a whole or not at all; makes its directory within the state directory. @throws the system's error */
  async replace(file: string, text: string): Promise<void> {
    await this.#do({ kind: 'replace', file, text })
  }

  /** @throws the system's error, other than that there is none */
  async remove(file: string): Promise<void> {
    await ifThere(() => this.#do({ kind: 'remove', file }))
  }

  async #do(work: StateFileWork): Promise<string | undefined> {
    const owner = await otherOwnerOf(this.#state)
    return owner === undefined ? doStateFileWork(work) : workAsOwner(owner, work)
  }
}
