/** One interface of a bond. */
export interface BondMember {
  readonly name: string
  readonly up: boolean
  /** Times that its link was lost since it joined; missing where the kernel does not print it. */
  readonly failures: number | undefined
}

/** A bond as /proc/net/bonding/NAME shows it. */
export interface Bond {
  readonly up: boolean
  readonly mode: string
  /** Of an active-backup bond; missing in other modes and while none is active. */
  readonly activeMember: string | undefined
  readonly members: readonly BondMember[]
}

/**
 * Reads a text of /proc/net/bonding/NAME: `Key: value` lines, first of the bond, then a section per
 * interface that starts with `Slave Interface:` (kernel: drivers/net/bonding/bond_procfs.c). The 802.3ad
 * details between them repeat none of the keys read here.
 */
export function parseBonding(text: string): Bond {
  const [head = '', ...sections] = text.split(/^(?=Slave Interface:)/m)
  const active = readKey(head, 'Currently Active Slave')
  return {
    up: readKey(head, 'MII Status') === 'up',
    mode: readKey(head, 'Bonding Mode') ?? '',
    activeMember: active === 'None' ? undefined : active,
    members: sections.map((section) => {
      const failures = readKey(section, 'Link Failure Count')
      return {
        name: readKey(section, 'Slave Interface') ?? '',
        up: readKey(section, 'MII Status') === 'up',
        failures: failures === undefined ? undefined : Number(failures),
      }
    }),
  }
}

function readKey(section: string, key: string): string | undefined {
  return new RegExp(`^${key}: (.*)$`, 'm').exec(section)?.[1]?.trim()
}
