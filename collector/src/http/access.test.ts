import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { hashToken } from '../state/token.ts'
import { guardAccess } from './access.ts'
import { handleProblems } from './problem.ts'

const tokens = {
  nameOf: (kind: 'agent' | 'api', hash: string) =>
    kind === 'api' && hash === hashToken('wrp_right') ? 'board' : undefined,
}

function serve(loopbackOnly: boolean) {
  const app = fastify()
  handleProblems(app, { language: () => 'en', onUnexpected: () => undefined })
  guardAccess(app, { loopbackOnly, tokens })
  for (const path of [
    '/healthz',
    '/readyz',
    '/metrics',
    '/',
    '/api/v1/agents',
    '/agent/v1',
    '/query',
  ]) {
    app.get(path, () => 'in')
  }
  return app
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  { note: 'no token', authorization: undefined, status: 401 },
  { note: 'a wrong token', authorization: 'Bearer wrp_wrong', status: 401 },
  { note: 'the right token', authorization: 'Bearer wrp_right', status: 200 },
  { note: 'the right token as a password', authorization: basic('anybody:wrp_right'), status: 200 },
  { note: 'a wrong password', authorization: basic('anybody:wrp_wrong'), status: 401 },
  { note: 'what is no Basic', authorization: 'Basic !!!', status: 401 },
])('beyond loopback $note is answered with $status', async ({ authorization, status }) => {
  const app = serve(false)
  const headers = { host: 'collector.example', ...(authorization && { authorization }) }
  for (const url of ['/api/v1/agents', '/', '/metrics', '/readyz', '/api/v1/agents?x=/healthz']) {
    expect((await app.inject({ url, headers })).statusCode).toBe(status)
  }
})

test.each([
  { way: 'Token', url: '/query?q=x', headers: { authorization: 'Token wrp_right' }, status: 200 },
  {
    way: 'user:token',
    url: '/query',
    headers: { authorization: 'Token a:wrp_right' },
    status: 200,
  },
  { way: 'Bearer', url: '/query', headers: { authorization: 'Bearer wrp_right' }, status: 200 },
  { way: 'Basic', url: '/query', headers: { authorization: basic('a:wrp_right') }, status: 200 },
  { way: 'p', url: '/query?u=a&p=wrp_right', headers: {}, status: 200 },
  { way: 'a wrong p', url: '/query?u=a&p=wrp_wrong', headers: {}, status: 401 },
  { way: 'nothing', url: '/query', headers: {}, status: 401 },
  { way: 'p elsewhere', url: '/metrics?p=wrp_right', headers: {}, status: 401 },
])('beyond loopback InfluxDB’s clients may show a token as $way: $status', async (request) => {
  const { url, headers, status } = request
  const own = { host: 'collector.example', ...headers }
  expect((await serve(false).inject({ url, headers: own })).statusCode).toBe(status)
})

test('the paths of InfluxDB’s writes look at tokens of their own, and /ping at none', async () => {
  const app = serve(false)
  for (const url of ['/write', '/api/v2/write', '/ping', '/health']) app.get(url, () => 'in')
  for (const url of ['/write?db=x', '/api/v2/write', '/ping', '/health'])
    expect((await app.inject({ url, headers: { host: 'collector.example' } })).statusCode).toBe(200)
})

test('a browser is asked for the token', async () => {
  const { headers } = await serve(false).inject({ url: '/' })
  expect(headers['www-authenticate']).toMatch(/^Basic /)
})

test.each([true, false])(
  'the agents’ path checks its own tokens, whatever the address (%s)',
  async (loopbackOnly) => {
    const headers = { host: 'collector.example' }
    const answer = await serve(loopbackOnly).inject({ url: '/agent/v1', headers })
    expect(answer.statusCode).toBe(200)
  },
)

test('whether it lives is told to everybody beyond loopback', async () => {
  expect((await serve(false).inject({ url: '/healthz' })).statusCode).toBe(200)
})
