import { parseVersion, type ServerFacts } from '../statement.ts'

/** An Oracle server as a session knows it: 19c, no containers, open, primary, unless the test says otherwise. */
export function oracleFacts(
  given: { version?: string; container?: string; open?: string; role?: string } = {},
): ServerFacts {
  const { version = '19.3.0.0.0', container = 'non-cdb', open = 'open', role = 'primary' } = given
  return { versionText: version, version: parseVersion(version), traits: { container, open, role } }
}
