import type { Alerting } from '../notify/alerting.ts'

type Retire = Alerting['retire']

/** A person's order to forget a host or device, or an instance on it; taken from the control socket's first moment on, done once the rules are there. */
export class Retirement {
  #retire: Retire | undefined

  /** The rules are there. */
  bind(retire: Retire): void {
    this.#retire = retire
  }

  /** Undefined while the collector still starts. */
  get retire(): Retire | undefined {
    return this.#retire
  }
}
