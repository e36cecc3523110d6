/** What rules may ask of one kind of event. */
interface EventKindFacts {
  /** Members of its body that tell one alert of a host from another. */
  readonly identifying: readonly string[]
  /** Every member with a text, a number or a list of texts. */
  readonly members: readonly string[]
  /** The body also has `groups`, what named groups of a site's expressions found: `groups.NAME`. */
  readonly hasGroups: boolean
}

/** The events that agents send (docs/logs.md, docs/traps-and-syslog.md), and Telegraf (docs/line-protocol.md), by kind. */
export const EVENT_KINDS: Readonly<Record<string, EventKindFacts>> = {
  log: {
    identifying: ['file', 'instance'],
    members:
      'file instance rules severity text level id index repeats messageId created switchTime server'.split(
        ' ',
      ),
    hasGroups: true,
  },
  trap: {
    identifying: ['trap'],
    members: ['trap', 'oid', 'rules', 'sender', 'received', 'text', 'repeats', 'first'],
    hasGroups: false,
  },
  syslog: {
    identifying: ['app'],
    members:
      'app facility severity host process id time rules sender received text repeats first'.split(
        ' ',
      ),
    hasGroups: false,
  },
  windows_event: {
    identifying: ['channel', 'source'],
    members: 'channel source id level severity text computer user process'.split(' '),
    hasGroups: false,
  },
  certificate_changed: {
    identifying: ['source', 'position'],
    members: ['source', 'position', 'name', 'before', 'after', 'subject', 'issuer', 'notAfter'],
    hasGroups: false,
  },
  account_added: { identifying: ['name'], members: ['name'], hasGroups: false },
  account_removed: { identifying: ['name'], members: ['name'], hasGroups: false },
}

export function hasMember({ members, hasGroups }: EventKindFacts, name: string): boolean {
  return members.includes(name) || (hasGroups && /^groups\.\w+$/.test(name))
}
