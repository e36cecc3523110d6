import { parseVersion, type ServerFacts } from '../statement.ts'

/** An Oracle server as a session knows it: 19c, no containers, primary, unless the test says otherwise. */
export function oracleFacts(
  given: { version?: string; container?: string; role?: string } = {},
): ServerFacts {
  const { version = '19.3.0.0.0', container = 'non-cdb', role = 'primary' } = given
  return { versionText: version, version: parseVersion(version), traits: { container, role } }
}
