import {
  startDingTalk,
  startFeishu,
  startWebhookServer,
  type RobotStandIn,
  type WebhookServer,
} from '@wardround/collector/testing'

const MINUTE_MS = 60_000

/** Codes of robots that were asked too often, and how long they want to be left alone (docs/notifications.md). */
const BUSY = [
  { type: 'wecom', code: 45009, pauseMs: MINUTE_MS },
  { type: 'feishu', code: 11232, pauseMs: MINUTE_MS },
  { type: 'dingtalk', code: 130101, pauseMs: 10 * MINUTE_MS },
  { type: 'dingtalk', code: 410100, pauseMs: 10 * MINUTE_MS },
  { type: 'dingtalk', code: 90030, pauseMs: 60 * MINUTE_MS },
] as const

const RIGHT = 'the-right-secret'

/** A robot that says in HTTP 200 that it is asked too often, until it is let go on. */
export class BusyRobot implements AsyncDisposable {
  readonly name: string
  readonly type: string
  readonly pauseMs: number
  /** By the collector's clock: when it said so last. */
  refusedAtMs = 0
  isBusy = true
  /** Bodies that it took. */
  readonly taken: string[] = []
  readonly server: WebhookServer

  private constructor(server: WebhookServer, { type, code, pauseMs }: (typeof BUSY)[number]) {
    this.server = server
    this.name = `${type}-${code}`
    this.type = type
    this.pauseMs = pauseMs
  }

  static async start(robot: (typeof BUSY)[number], nowMs: () => number): Promise<BusyRobot> {
    const busy = new BusyRobot(await startWebhookServer(), robot)
    const answer = (code: number) => JSON.stringify({ errcode: code, code, errmsg: '', msg: '' })
    busy.server.behaviour = ({ body }, response) => {
      if (busy.isBusy) busy.refusedAtMs = nowMs()
      else busy.taken.push(body)
      response.end(answer(busy.isBusy ? robot.code : 0))
    }
    return busy
  }

  get asked(): number {
    return this.server.hits.length
  }

  get channel() {
    return { name: this.name, type: this.type, url: this.server.url }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}

/** A stand-in that checks signatures as its service does. */
export interface SigningRobot {
  readonly name: string
  readonly type: string
  readonly robot: RobotStandIn
}

/** Robots that refuse, each in its own way, with HTTP 200. */
export class RefusingRobots implements AsyncDisposable {
  readonly busy: readonly BusyRobot[]
  readonly signing: readonly SigningRobot[]

  private constructor(busy: readonly BusyRobot[], signing: readonly SigningRobot[]) {
    this.busy = busy
    this.signing = signing
  }

  /** `nowMs`: the collector's clock. */
  static async start(nowMs: () => number): Promise<RefusingRobots> {
    const busy = await Promise.all(BUSY.map((robot) => BusyRobot.start(robot, nowMs)))
    const dingtalk = await startDingTalk({ secret: RIGHT })
    const feishu = await startFeishu({ secret: RIGHT })
    return new RefusingRobots(busy, [
      { name: 'dingtalk-310000', type: 'dingtalk', robot: dingtalk },
      { name: 'feishu-19021', type: 'feishu', robot: feishu },
    ])
  }

  get names(): string[] {
    return [...this.busy, ...this.signing].map(({ name }) => name)
  }

  /** What stands in the file of the signing secret. */
  static secret(isRight: boolean): string {
    return isRight ? RIGHT : 'another-secret'
  }

  channels(secretFile: string) {
    return [
      ...this.busy.map(({ channel }) => channel),
      ...this.signing.map(({ name, type, robot }) => ({
        name,
        type,
        url: robot.url,
        signingSecret: { file: secretFile },
      })),
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const robot of this.busy) await robot[Symbol.asyncDispose]()
    for (const { robot } of this.signing) await robot[Symbol.asyncDispose]()
  }
}
