import { Type } from 'typebox'
import { Duration } from '@wardround/program'
import { ClauseReference, Quoted } from './contract-number.ts'
import { BothLanguages, Day, Id, OneOf, Section, SubjectName, Words } from './texts.ts'

export const Source = Type.Union(
  [
    Type.String({ minLength: 1, description: 'Type of the source, of whatever name' }),
    Section(
      {
        type: Words('Type of the source'),
        name: Words('Its name in agent.yaml'),
      },
      'One source of that name',
    ),
  ],
  { description: 'A source as agent.yaml has it: host, oracle, {type: tomcat, name: portal}' },
)

const common = {
  role: Words('What it does there; what the identity in collector.yaml must say too'),
  place: Type.Optional(Id('Place where it stands')),
  business: Type.Optional(Id('Business that stops with it, for the SLA row')),
  note: Type.Optional(Words('Anything that people should know')),
}

export const Hosts = Type.Array(
  Section(
    {
      name: SubjectName('As its token was made for'),
      ...common,
      sources: Type.Array(Source, {
        default: ['host'],
        maxItems: 64,
        description: 'What its agent must watch; one that is missing is an alert',
      }),
    },
    'A host with an agent',
  ),
  { default: [], maxItems: 1000, description: 'Hosts, and what is expected of each' },
)

export const Devices = Type.Array(
  Section(
    {
      name: SubjectName('As the agent that polls it calls it'),
      ...common,
      polledBy: Type.Optional(SubjectName('Host whose agent polls it')),
    },
    'A device or remote host that is polled',
  ),
  { default: [], maxItems: 1000, description: 'Devices that are polled' },
)

export const Backups = Type.Array(
  Section(
    {
      job: Words('Its name in agent.yaml'),
      host: SubjectName('Host whose agent watches it'),
      kind: OneOf(['database', 'system', 'log'], {
        default: 'database',
        description: 'What it saves',
      }),
      schedule: Type.Optional(
        Quoted(Duration({ description: 'At least so often' }), 'How often it must succeed'),
      ),
      secondCopy: Type.Optional(
        Section(
          {
            offline: Type.Boolean({
              default: false,
              description: 'The device is taken off after the copy',
            }),
            clause: ClauseReference,
          },
          'There must be a second copy',
        ),
      ),
    },
    'A backup job',
  ),
  { default: [], maxItems: 256, description: 'Backup jobs' },
)

export const Exchanges = Type.Array(
  Section(
    {
      flow: Words('Its name in agent.yaml'),
      host: SubjectName('Host whose agent counts both ends'),
      name: BothLanguages('What flows where'),
      window: Type.Optional(
        Quoted(Duration({ description: 'Length of one window' }), 'How often it must succeed'),
      ),
      units: Type.Optional(
        Quoted(Type.Integer({ minimum: 1, maximum: 100_000 }), 'Units that are to report'),
      ),
      clause: Type.Optional(ClauseReference),
    },
    'A flow of data between two systems',
  ),
  { default: [], maxItems: 256, description: 'Flows of data' },
)

export const Certificates = Type.Array(
  Section(
    {
      id: Id('Names it in this file'),
      name: Words('What it is for'),
      kind: OneOf(['ssl', 'device', 'client', 'other'], {
        default: 'ssl',
        description: 'Of a port, of a device or USB key, of a client',
      }),
      source: Type.Optional(
        Section(
          {
            host: SubjectName('Host whose agent looks at it'),
            name: Words('Name of the source `certificate` in agent.yaml'),
          },
          'Which agent watches it; without it `until` is all that is known',
        ),
      ),
      until: Type.Optional(Day('Last day on which it is valid, where no agent watches it')),
      owner: Words('Who answers for it'),
      renewal: Words('How it is renewed, and how long that takes'),
      lifetime: Type.Optional(
        Quoted(
          Type.Integer({ minimum: 1, maximum: 36_525, description: 'Days' }),
          'For how long the contract provides it',
        ),
      ),
    },
    'A certificate',
  ),
  { default: [], maxItems: 1000, description: 'Ledger of certificates' },
)

export const Counts = Type.Array(
  Section(
    {
      kind: Id('What is recorded: inspection, patch_round, drill …'),
      name: BothLanguages('What people call it'),
      atLeast: Type.Optional(
        Quoted(
          Type.Integer({ minimum: 1, maximum: 10_000 }),
          'How many in the time of the contract',
        ),
      ),
      within: Type.Optional(
        Quoted(
          Type.Integer({ minimum: 1, maximum: 3_660, description: 'Days' }),
          'Longest time between two',
        ),
      ),
      papers: Type.Optional(
        Quoted(Type.Integer({ minimum: 1, maximum: 100 }), 'Documents that each must have'),
      ),
    },
    'Work that the contract counts',
  ),
  { default: [], maxItems: 64, description: 'Work that the contract counts' },
)

export const Papers = Type.Array(
  Section(
    { name: BothLanguages('What it is called'), clause: ClauseReference },
    'A document that is delivered',
  ),
  { default: [], maxItems: 64, description: 'Documents that are delivered' },
)

export const Places = Type.Array(
  Section(
    {
      id: Id('Names it in this file'),
      name: Words('What people call it'),
      zone: Id('Zone of the SLA: city, suburb …'),
    },
    'A place where hosts and devices stand',
  ),
  { default: [], maxItems: 256, description: 'Places' },
)

export const Contract = Section(
  {
    document: Words('Number of the contract document'),
    year: Type.Integer({ minimum: 2000, maximum: 2200, description: 'Contract year' }),
    from: Day('First day of the service'),
    to: Day('Last day of the service'),
  },
  'The contract',
)
