import { createHmac } from 'node:crypto'
import { startWebhookServer, type Hit, type WebhookServer } from './webhook-server.ts'

/** What a stand-in checks; as its service does where nothing is said. */
export interface RobotRules {
  /** Of the signature. */
  readonly secret?: string
  readonly keyword?: string
  /** Requests in a window; those beyond are refused as too fast. */
  readonly requests?: number
  readonly perMs?: number
}

/** A stand-in for a service's robots: a real HTTP server on loopback that checks signatures, byte limits and rate as the service documents them. */
export interface RobotStandIn extends WebhookServer {
  /** Codes that it answered, in order. */
  readonly codes: number[]
  /** Texts of the messages that it took. */
  readonly texts: string[]
}

interface RobotForm {
  /** The answer to a code. */
  answer(code: number): object
  /** The code that a request deserves, rate apart; 0: it is good. */
  judge(hit: Hit, rules: RobotRules): number
  textOf(body: string): string
  readonly tooFast: number
  readonly requests: number
}

async function startRobot(form: RobotForm, rules: RobotRules): Promise<RobotStandIn> {
  const codes: number[] = []
  const texts: string[] = []
  const { requests = form.requests, perMs = 60_000 } = rules
  const arrivals: number[] = []
  const server = await startWebhookServer((hit, answer) => {
    const atMs = performance.now()
    const recent = arrivals.filter((arrivedMs) => arrivedMs > atMs - perMs)
    arrivals.push(atMs)
    const code = recent.length >= requests ? form.tooFast : form.judge(hit, rules)
    codes.push(code)
    if (code === 0) texts.push(form.textOf(hit.body))
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify(form.answer(code)))
  })
  return Object.assign(server, { codes, texts })
}

const queryOf = ({ path }: Hit) => new URL(path, 'http://robot').searchParams
const isFresh = (ms: number) => Math.abs(Date.now() - ms) <= 3_600_000

/** DingTalk's. */
export function startDingTalk(rules: RobotRules = {}): Promise<RobotStandIn> {
  const textOf = (body: string): string => JSON.parse(body).markdown.text
  return startRobot(
    {
      requests: 20,
      tooFast: 130101,
      answer: (code) => ({ errcode: code, errmsg: code === 0 ? 'ok' : 'refused' }),
      textOf,
      judge(hit, { secret, keyword = '' }) {
        if (Buffer.byteLength(hit.body) > 20_000) return 460101
        const query = queryOf(hit)
        const timestamp = query.get('timestamp')
        const expected = createHmac('sha256', secret ?? '').update(`${timestamp}\n${secret}`)
        const signed = query.get('sign') === expected.digest('base64')
        if (secret !== undefined && !(signed && isFresh(Number(timestamp)))) return 310000
        return textOf(hit.body).includes(keyword) ? 0 : 310000
      },
    },
    rules,
  )
}

/** WeCom's. */
export function startWeCom(rules: RobotRules = {}): Promise<RobotStandIn> {
  const textOf = (body: string): string => {
    const { msgtype, ...content } = JSON.parse(body)
    return content[msgtype].content
  }
  return startRobot(
    {
      requests: 20,
      tooFast: 45009,
      answer: (code) => ({ errcode: code, errmsg: code === 0 ? 'ok' : 'refused' }),
      textOf,
      judge({ body }) {
        const limit = JSON.parse(body).msgtype === 'text' ? 2048 : 4096
        return Buffer.byteLength(textOf(body)) > limit ? 40058 : 0
      },
    },
    rules,
  )
}

/** Feishu's. */
export function startFeishu(rules: RobotRules = {}): Promise<RobotStandIn> {
  const textOf = (body: string): string => {
    const { card } = JSON.parse(body)
    return `${card.header.title.content}\n${card.elements[0].text.content}`
  }
  return startRobot(
    {
      requests: 100,
      tooFast: 11232,
      answer: (code) => ({ code, msg: code === 0 ? 'success' : 'refused' }),
      textOf,
      judge({ body }, { secret, keyword = '' }) {
        if (Buffer.byteLength(body) > 20_480) return 9499
        const { timestamp, sign } = JSON.parse(body)
        const expected = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64')
        const isGood = sign === expected && isFresh(Number(timestamp) * 1000)
        if (secret !== undefined && !isGood) return 19021
        return textOf(body).includes(keyword) ? 0 : 19024
      },
    },
    rules,
  )
}
