import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Boundary {
  readonly note: string
  readonly files: string
  /** Files below `files` for which it does not hold. */
  readonly except?: RegExp
  /** Imports that are not allowed: package names, node: modules, or paths from the root for our own files. */
  readonly forbidden: RegExp
}

/** The sources that load a driver, or a package that only they want: folders and files below sources/. */
const SOURCES_OF: Readonly<Record<string, string>> = {
  oracledb: 'oracle/',
  pg: 'postgresql/',
  mysql2: 'mysql/',
  'net-snmp': 'snmp/|traps/',
  re2js: 're2-engine.ts',
  'jks-js': 'certificate/',
  'node-forge': 'certificate/',
}

/** Who may import whom, beyond what the lint's messages say (design: layout). */
const BOUNDARIES: readonly Boundary[] = [
  {
    note: 'protocol/ imports typebox alone',
    files: 'protocol/src/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden: /^(?!protocol\/|typebox)/,
  },
  {
    note: 'journal/ imports node: modules alone',
    files: 'journal/src/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden: /^(?!journal\/|node:)/,
  },
  {
    note: 'query/ imports protocol and typebox alone',
    files: 'query/src/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden: /^(?!query\/|typebox$|@wardround\/protocol$)/,
  },
  {
    note: "dashboards/ imports protocol, query and Grafana's builders alone: rules come to it as generated data",
    files: 'dashboards/src/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden:
      /^(?!dashboards\/|@grafana\/grafana-foundation-sdk\/|@wardround\/(protocol|query)$|typebox$)/,
  },
  {
    note: 'no probe imports another probe',
    files: 'agent/src/probes/**/*.ts',
    except: /\.gen\.ts$|\.test\.ts$/,
    forbidden: probeFiles(),
  },
  {
    note: 'probes open nothing',
    files: 'agent/src/probes/**/*.ts',
    except: /\.test\.ts$/,
    forbidden:
      /^(node:(fs|net|dgram|http|https|tls|child_process|worker_threads)|ws|systeminformation|@wardround\/(program|journal|collector))/,
  },
  {
    note: "the agent's core knows no single probe",
    files: 'agent/src/*.ts',
    except: /\.gen\.ts$|\.test\.ts$/,
    forbidden: /^agent\/src\/probes\//,
  },
  {
    note: 'one file dials',
    files: 'agent/src/**/*.ts',
    except: /connection\.ts$|\.test\.ts$|\/testing\//,
    forbidden: /^ws$/,
  },
  {
    note: 'systeminformation stays with its sources',
    files: 'agent/src/**/*.ts',
    except: /\/sources\/|\.test\.ts$/,
    forbidden: /^systeminformation$/,
  },
  {
    note: 'helper/ imports node: modules alone',
    files: 'helper/src/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden: /^(?!helper\/|node:)/,
  },
  ...Object.entries(SOURCES_OF).map(([driver, sources]) => ({
    note: `${driver} stays with its source`,
    files: 'agent/src/**/*.ts',
    except: new RegExp(`/sources/(${sources.replaceAll('.', '\\.')})|\\.test\\.ts$|/testing/`),
    forbidden: new RegExp(`^${driver}(/|$)`),
  })),
  {
    note: 'rules/ does no I/O',
    files: 'collector/src/rules/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden: /^(node:|ws$|fastify|pino|collector\/src\/(store|http|ingest|state|live|notify)\/)/,
  },
  {
    note: 'projects/ does no I/O, but for its reader, and its desk and watch, which have a clock',
    files: 'collector/src/projects/**/*.ts',
    except: /\/read-[a-z-]+\.ts$|\/project-(desk|watch)\.ts$|\.test\.ts$|\/testing\//,
    forbidden: /^(node:|ws$|fastify|pino|collector\/src\/(store|http|ingest|state|live|notify)\/)/,
  },
  {
    note: 'notify/dispatch/ does no I/O',
    files: 'collector/src/notify/dispatch/**/*.ts',
    except: /\.test\.ts$|\/testing\//,
    forbidden: /^(node:|ws$|fastify|pino|collector\/src\/(store|http|ingest|state|live)\/)/,
  },
  {
    note: 'HTTP stays in http/ and where agents come in',
    files: 'collector/src/**/*.ts',
    except: /\/(http|ingest)\/|server|\.test\.ts$|\/testing\//,
    forbidden: /^(fastify|@fastify\/)/,
  },
  {
    note: 'SQLite stays in state/, the embedded store and the tables of notify/',
    files: 'collector/src/**/*.ts',
    except: /\/(state|embedded)\/|\/notify\/alert-state\/sqlite-|\.test\.ts$|\/testing\//,
    forbidden: /^node:sqlite$/,
  },
  {
    note: 'the page knows the shapes of answers, nothing else of ours',
    files: 'console/src/**/*.{ts,tsx}',
    forbidden: /^(@wardround\/(?!protocol\/(api|catalogue)$)|node:)/,
  },
]

/** Probe files are those that declare one; parsers and readers beside them are shared. */
function probeFiles(): RegExp {
  const probes = globSync('agent/src/probes/**/*.ts', { cwd: ROOT }).filter(
    (file) =>
      !file.endsWith('.test.ts') &&
      readFileSync(join(ROOT, file), 'utf8').includes('export default defineProbe'),
  )
  return new RegExp(`^(${probes.map((file) => file.replaceAll('.', '\\.')).join('|')})$`)
}

/** What a file imports for its values: package names as written, our own files as paths from the root. Types don't count. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const statements = text.matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map(([, written, dynamic]) => {
    const target = written ?? dynamic ?? ''
    return target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), target)) : target
  })
}

describe.each(BOUNDARIES)('$note', ({ files, except, forbidden }) => {
  test(`in ${files}`, () => {
    const looked = globSync(files, { cwd: ROOT }).filter((file) => except?.test(file) !== true)
    expect(looked.length).toBeGreaterThan(0)
    const offences = looked.flatMap((file) =>
      importsOf(file)
        .filter((target) => forbidden.test(target))
        .map((target) => `${file} imports ${target}`),
    )
    expect(offences).toEqual([])
  })
})

test('pure code asks no clock and no chance', () => {
  const files = globSync(
    '{query/src,dashboards/src,collector/src/{rules,projects,notify/dispatch,notify/text}}/**/*.ts',
    {
      cwd: ROOT,
    },
  ).filter((file) => !/\.test\.ts$|\/testing\/|\/project-(desk|watch)\.ts$/.test(file))
  const offences = files.filter((file) =>
    /\bDate\.now\(|\bperformance\.now\(|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bnew Date\(\)/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  )
  expect(offences).toEqual([])
})

test('no test mocks a module of ours', () => {
  const files = globSync(
    '{protocol,journal,query,program,helper,agent,collector,console,dashboards,scripts,tests}/**/*.test.ts',
    { cwd: ROOT, exclude: ['**/node_modules/**'] },
  )
  const offences = files.filter((file) =>
    /\bvi\s*\.\s*(mock|doMock)\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  )
  expect(offences).toEqual([])
})
