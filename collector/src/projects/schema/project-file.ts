import { type Static, Type } from 'typebox'
import { ClauseReference, Quoted } from './contract-number.ts'
import { Duty } from './duty-schema.ts'
import {
  Calendars,
  ChangedDaySchema,
  GuardedHolidays,
  KeyPeriod,
  SlaRows,
} from './service-schema.ts'
import { BothLanguages, closed, Id, Words } from './texts.ts'
import {
  Backups,
  Certificates,
  Contract,
  Counts,
  Devices,
  Exchanges,
  Hosts,
  Papers,
  Places,
} from './work-schema.ts'

/** One file of projects.d: what the contract of one system fixes. */
export const ProjectFile = Type.Object(
  {
    project: Id('Names the project; the tag `project` of its hosts in collector.yaml'),
    name: BothLanguages('What people call the system'),
    shortName: Type.Optional(Words('The same in a few characters, for lists and messages')),
    contract: Contract,
    places: Places,
    hosts: Hosts,
    hostCount: Type.Optional(
      Type.Array(
        Type.Object(
          {
            role: Words('Role of hosts'),
            ...Quoted(Type.Integer({ minimum: 1, maximum: 1000 }), 'How many there are').properties,
          },
          closed,
        ),
        { maxItems: 16, description: 'How many hosts of a role the contract names' },
      ),
    ),
    devices: Devices,
    backups: Backups,
    exchanges: Exchanges,
    certificates: Certificates,
    calendars: Calendars,
    days: Type.Array(ChangedDaySchema, {
      default: [],
      maxItems: 366,
      description: 'Days on which this customer works otherwise',
    }),
    guardedHolidays: Type.Optional(GuardedHolidays),
    keyPeriods: Type.Array(KeyPeriod, {
      default: [],
      maxItems: 64,
      description: 'Other times in which the service is guarded more closely',
    }),
    sla: SlaRows,
    acceptance: Type.Optional(
      Type.Object(
        { clause: ClauseReference },
        {
          ...closed,
          description: 'An incident is over only when the user accepts it (待用户确认)',
        },
      ),
    ),
    duty: Duty,
    counts: Counts,
    papers: Papers,
  },
  { ...closed, description: 'What the contract of one system fixes' },
)

export type ProjectFile = Static<typeof ProjectFile>
