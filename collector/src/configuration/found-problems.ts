import { ConfigError, type ConfigProblem } from '@wardround/program'

/** What is wrong with several parts of a configuration, each of which can be read for itself. */
export class FoundProblems {
  readonly #problems: ConfigProblem[] = []
  #more = 0

  /** What a reading gives; undefined where it throws a ConfigError, whose problems are kept. */
  async gather<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#problems.push(...error.problems)
      this.#more += error.more
      return undefined
    }
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0
  }

  /** @throws ConfigError where there are any */
  throw(): void {
    if (!this.isEmpty) throw new ConfigError(this.#problems, { more: this.#more })
  }
}
