import { errorCodes } from 'fastify'
import type { Api } from './api.ts'

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Takes JSON bodies in UTF-8 and refuses others: a name that a console wrote in GBK would else be kept as replacement characters (RFC 8259, 8.1: JSON between systems is
 * UTF-8).
 */
export function takeJsonInUtf8(app: Api): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      void parse(request, typeof body === 'string' ? body : UTF_8.decode(body), done)
    } catch {
      done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY())
    }
  })
}
