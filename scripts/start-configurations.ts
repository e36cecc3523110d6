import { join } from 'node:path'

/** Where npm start keeps what it makes, and where its collector listens. */
export interface StartPlaces {
  /** The directory of it all. */
  readonly directory: string
  readonly address: string
}

export function stateOf(name: 'agent' | 'collector', { directory }: StartPlaces): string {
  return join(directory, name)
}

export function tokenOf({ directory }: StartPlaces): string {
  return join(directory, 'agent.token')
}

export function rulesOf({ directory }: StartPlaces): string {
  return join(directory, 'rules.d')
}

/** With `state`, so that every command of the programs that is given the file finds what runs. */
export function collectorYaml(places: StartPlaces): string {
  return `# Configuration of the collector that npm start runs. All settings: docs/config.md
listen: ${places.address}
state: ${JSON.stringify(stateOf('collector', places))}
rules:
  directory: ${JSON.stringify(rulesOf(places))}
# Send alerts to a webhook (Alertmanager's version 4):
# notify:
#   channels:
#     - name: on-call
#       type: webhook
#       url: http://127.0.0.1:9000/alerts
`
}

export function agentYaml(places: StartPlaces): string {
  return `# Configuration of the agent that npm start runs. All settings: docs/config.md
# npm start overrides collector.url with where its collector listens; WARDROUND_COLLECTOR__URL overrides both.
state: ${JSON.stringify(stateOf('agent', places))}
collector:
  url: ws://${places.address}/agent/v1
  token: {file: ${JSON.stringify(tokenOf(places))}}
`
}
