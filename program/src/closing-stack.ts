/**
 * What was opened, to be closed in reverse order. (AsyncDisposableStack is newer than the oldest Node that the bundle runs on.)
 */
export class ClosingStack implements AsyncDisposable {
  readonly #closers: (() => PromiseLike<void> | void)[] = []

  /** Adds something that was just opened. */
  use<T extends AsyncDisposable | Disposable>(opened: T): T {
    this.defer(() =>
      Symbol.asyncDispose in opened ? opened[Symbol.asyncDispose]() : opened[Symbol.dispose](),
    )
    return opened
  }

  defer(close: () => PromiseLike<void> | void): void {
    this.#closers.push(close)
  }

  /** Closes all of it, also where one fails; then throws what failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, 'several parts failed to close')
  }
}
