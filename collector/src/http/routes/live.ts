import type { ServerResponse } from 'node:http'
import { type Language, negotiateLanguage } from '@wardround/program'
import { Type } from 'typebox'
import type { LiveClient, LiveStream } from '../../live/live-stream.ts'
import type { Api } from '../api.ts'
import { HttpProblem } from '../problem.ts'

/** A reader that leaves so much of the changes unread is let go; it connects again and gets the whole state. */
const MAX_UNREAD_BYTES = 1_048_576

const LiveParameters = Type.Object({
  lang: Type.Optional(Type.Union([Type.Literal('zh-CN'), Type.Literal('en')])),
})

/** `/api/v1/live`: server-sent events of what changes, as it changes. */
export function addLiveRoute(
  app: Api,
  { stream, language }: { readonly stream: LiveStream; readonly language: () => Language },
): void {
  app.get(
    '/api/v1/live',
    {
      schema: {
        summary: 'What changes, as it changes (server-sent events)',
        querystring: LiveParameters,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      if (stream.isFull) throw tooMany()
      const { raw } = reply
      const client = toClient(
        raw,
        request.query.lang ?? negotiateLanguage(request.headers['accept-language'], language()),
      )
      reply.hijack()
      reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      })
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value)
      }
      raw.writeHead(200)
      raw.on('close', () => stream.leave(client))
      stream.join(client)
    },
  )
}

function toClient(response: ServerResponse, language: Language): LiveClient {
  let mostUnread = MAX_UNREAD_BYTES
  return {
    language,
    begin(text) {
      const isRead = response.write(text)
      if (isRead) return
      mostUnread += response.writableLength
      response.once('drain', () => (mostUnread = MAX_UNREAD_BYTES))
    },
    write(text) {
      response.write(text)
      return response.writableLength < mostUnread
    },
    end: () => void response.destroy(),
  }
}

function tooMany(): HttpProblem {
  return new HttpProblem(503, 'TOO_MANY_READERS', {
    zh: '查看者过多，请稍后再试',
    en: 'Too many readers; try again later',
  })
}
