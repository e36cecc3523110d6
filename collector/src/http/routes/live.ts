import { type Language, negotiateLanguage } from '@wardround/program'
import { Type } from 'typebox'
import type { LiveStream } from '../../live/live-stream.ts'
import type { Api } from '../api.ts'
import { HttpProblem } from '../problem.ts'

/** A reader that leaves so much unread is let go; it connects again and gets the whole state. */
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
      const client = {
        language:
          request.query.lang ?? negotiateLanguage(request.headers['accept-language'], language()),
        write(text: string) {
          raw.write(text)
          return raw.writableLength < MAX_UNREAD_BYTES
        },
        end: () => void raw.destroy(),
      }
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

function tooMany(): HttpProblem {
  return new HttpProblem(503, 'TOO_MANY_READERS', {
    zh: '查看者过多，请稍后再试',
    en: 'Too many readers; try again later',
  })
}
