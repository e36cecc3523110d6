import { credentialsBeside } from '@wardround/program/running'

/** Where the configuration is when nobody says otherwise. */
export const DEFAULT_CONFIG_FILE = '/etc/wardround/agent.yaml'

/** The environment under which the secrets of the agent's configuration are read: relative files are systemd's credentials, or beside the configuration. */
export function secretEnvironment({
  config = DEFAULT_CONFIG_FILE,
}: {
  readonly config?: string
}): Readonly<Record<string, string | undefined>> {
  return credentialsBeside(config, process.env)
}
