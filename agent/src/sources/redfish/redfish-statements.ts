import type { Statement } from '../../statement.ts'

/** What is missing where a GET is refused. */
const ROLE = 'BMC: role ReadOnly (privilege Login) for the account wardround'

function request(
  id: string,
  text: string,
  { reads, ...more }: Pick<Statement, 'reads'> & Partial<Statement>,
): Statement {
  return { id: `redfish.${id}`, text, reads, grants: [ROLE], cost: 'cheap', ...more }
}

/** The service root, which every Redfish service shows to everybody: what it is, and whether it answers. */
export const ROOT = request('root', 'GET /redfish/v1/', {
  reads: ['/redfish/v1/'],
  isNeeded: true,
})

/** Opens the one session. */
export const LOGON = request('logon', 'POST /redfish/v1/SessionService/Sessions', {
  reads: ['SessionService'],
  isNeeded: true,
})

/** Ends it. */
const LOGOFF = request('logoff', 'DELETE /redfish/v1/SessionService/Sessions/{own session}', {
  reads: ['SessionService'],
  isNeeded: true,
})

/** Everything else: resources that the service itself links to, on the same origin, below /redfish/. */
export const GET = request('get', 'GET /redfish/v1/{link of the service}', {
  reads: ['Systems, Chassis, Managers, Storage and what they link to'],
})

/** All that is ever sent. */
export const REDFISH_STATEMENTS: readonly Statement[] = [ROOT, LOGON, LOGOFF, GET]
