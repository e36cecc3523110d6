import { ProbeError } from '../../probe.ts'
import type { CollectionMemory } from './collection-memory.ts'
import { ownPath } from './own-path.ts'
import { parseResource, pathOf, recordIn, recordsIn, type Resource } from './resource.ts'

/** Requests of one run: a server with 48 drives behind a service that expands nothing takes some 80. */
const MAX_REQUESTS = 400
/** Of all its answers, as text. */
const MAX_CHARACTERS = 32 * 1_048_576
const MAX_MEMBERS = 1_024
const MAX_PAGES = 32

/** Status and body of one GET. */
export interface RedfishPage {
  readonly status: number
  readonly body: string
}

/** A device as a reading asks it. */
export interface ReadDevice {
  readonly origin: string
  readonly collections: CollectionMemory
  /** The service root. @throws as page() does */
  root(signal: AbortSignal): Promise<Resource>
  /** @throws ProbeError NOT_ANSWERING, REFUSED, DEADLINE; NoDataError while nothing may be sent */
  page(path: string, signal: AbortSignal): Promise<RedfishPage>
}

/** How a collection is asked for. */
export interface CollectionOptions {
  /** Its members seldom change: where the service can't send them with it, their links are remembered for ten minutes. */
  readonly isStable?: boolean
  /** Default 1,024. */
  readonly maxMembers?: number
  /** Whether what this page holds makes the next ones needless. */
  readonly isEnough?: (page: readonly Resource[]) => boolean
}

/**
 * What one run reads: each resource once, however often it is linked to, and no more than 400 requests and 32 million characters. What can't be read is noted and left out,
 * so that one broken resource costs no other; the run ends as a failed one all the same.
 */
export class RedfishReading {
  readonly #device: ReadDevice
  readonly #signal: AbortSignal
  readonly #read = new Map<string, Resource | undefined>()
  #requests = 0
  #characters = 0
  #problem: ProbeError | undefined
  #problems = 0

  constructor(device: ReadDevice, signal: AbortSignal) {
    this.#device = device
    this.#signal = signal
  }

  /** @throws as find() does */
  root(): Promise<Resource> {
    return this.#device.root(this.#signal)
  }

  /**
   * A resource; undefined where there is none, it leads off the device, or can't be read.
   * @throws ProbeError NOT_ANSWERING, REFUSED, DEADLINE where the device is gone, FLOOD after too many requests; NoDataError while nothing may be sent
   */
  async find(link: string | undefined): Promise<Resource | undefined> {
    const path = link === undefined ? undefined : ownPath(link, this.#device.origin)
    if (path === undefined) return undefined
    if (this.#read.has(path)) return this.#read.get(path)
    this.#read.set(path, undefined) // a link back to it finds nothing new
    const resource = await this.#get(path)
    this.#read.set(path, resource)
    return resource
  }

  /** Members of a collection, expanded where the service can; none where there is no such collection. @throws as find() does */
  async members(
    link: string | undefined,
    { isStable = false, maxMembers = MAX_MEMBERS, isEnough }: CollectionOptions = {},
  ): Promise<readonly Resource[]> {
    const path = link === undefined ? undefined : ownPath(link, this.#device.origin)
    if (path === undefined) return []
    const known = isStable ? this.#device.collections.knownLinks(path) : undefined
    const listed =
      known === undefined
        ? await this.#list(path, maxMembers, isEnough)
        : known.map((id) => ({ '@odata.id': id }))
    if (isStable) this.#remember(path, listed)
    const members: Resource[] = []
    for (const one of listed) {
      const member = isWhole(one) ? one : await this.find(pathOf(one))
      if (member !== undefined) members.push(member)
    }
    return members
  }

  /** What an array of links, or of resources, holds. @throws as find() does */
  async each(resource: Resource, name: string): Promise<readonly Resource[]> {
    const found: Resource[] = []
    for (const one of recordsIn(resource, name).slice(0, MAX_MEMBERS)) {
      const member = isWhole(one) ? one : await this.find(pathOf(one))
      if (member !== undefined) found.push(member)
    }
    return found
  }

  /** How many resources could not be read so far. */
  get problems(): number {
    return this.#problems
  }

  /** Tells what was left out. To be called when everything is emitted. @throws ProbeError of the first resource that could not be read */
  finish(): void {
    if (this.#problem !== undefined) throw this.#problem
  }

  /** Links alone are worth remembering: with whole members the one request is all there is. */
  #remember(path: string, listed: readonly Resource[]): void {
    const links = listed.filter((one) => !isWhole(one)).map((one) => String(pathOf(one)))
    if (links.length === listed.length && links.length > 0)
      this.#device.collections.keepLinks(path, links)
  }

  async #list(
    path: string,
    maxMembers: number,
    isEnough: CollectionOptions['isEnough'],
  ): Promise<readonly Resource[]> {
    const found: Resource[] = []
    const seen = new Set<string>()
    let page = await this.#first(path)
    for (let pages = 1; page !== undefined; pages++) {
      const members = recordsIn(page, 'Members')
      found.push(...members)
      const next = this.#nextOf(page)
      if (next === undefined || seen.has(next) || pages >= MAX_PAGES) break
      if (found.length >= maxMembers || isEnough?.(members) === true) break
      seen.add(next)
      page = await this.#get(next)
    }
    return found.slice(0, maxMembers)
  }

  #nextOf(page: Resource): string | undefined {
    const link = page['Members@odata.nextLink'] ?? page['@odata.nextLink']
    return typeof link === 'string' ? ownPath(link, this.#device.origin) : undefined
  }

  async #first(path: string): Promise<Resource | undefined> {
    const query = this.#device.collections.expands(path)
      ? expandQuery(await this.root())
      : undefined
    if (query === undefined) return this.#get(path)
    const before = { problem: this.#problem, problems: this.#problems }
    const expanded = await this.#get(`${path}?${query}`)
    if (expanded !== undefined) return expanded
    // asking plainly tells whether anything is wrong
    this.#problem = before.problem
    this.#problems = before.problems
    this.#device.collections.noteNotExpanded(path)
    return this.#get(path)
  }

  #note(problem: ProbeError): void {
    this.#problem ??= problem
    this.#problems++
  }

  async #get(path: string): Promise<Resource | undefined> {
    if (++this.#requests > MAX_REQUESTS || this.#characters > MAX_CHARACTERS)
      throw new ProbeError('FLOOD', {
        zh: `一次采集超过 ${MAX_REQUESTS} 个请求或 ${MAX_CHARACTERS} 个字符，其余未读`,
        en: `more than ${MAX_REQUESTS} requests or ${MAX_CHARACTERS} characters in one run; the rest is not read`,
      })
    const { status, body } = await this.#device.page(path, this.#signal)
    this.#characters += body.length
    if (NOT_THERE.has(status)) return undefined
    try {
      if (status === 200) return { '@odata.id': path, ...parseResource(body, path) }
      this.#note(refused(path, status))
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error
      this.#note(error)
    }
    return undefined
  }
}

const NOT_THERE = new Set([404, 405, 410, 501])

function refused(path: string, status: number): ProbeError {
  return status === 403
    ? new ProbeError('NOT_PERMITTED', {
        zh: `账号无权读取 ${path}（HTTP 403）；请授予角色 ReadOnly`,
        en: `the account may not read ${path} (HTTP 403); give it the role ReadOnly`,
      })
    : new ProbeError('UNREADABLE', {
        zh: `${path} 应答 HTTP ${status}`,
        en: `${path} answered HTTP ${status}`,
      })
}

/** More than a link: `{"@odata.id": …}` alone is one. */
function isWhole(resource: Resource): boolean {
  return Object.keys(resource).some((name) => !name.startsWith('@'))
}

/** How to ask for a collection with its members in it; undefined where the service can't. */
function expandQuery(root: Resource): string | undefined {
  const offered = recordIn(recordIn(root, 'ProtocolFeaturesSupported'), 'ExpandQuery')
  if (offered['NoLinks'] !== true) return undefined
  return offered['Levels'] === true ? '$expand=.($levels=1)' : '$expand=.'
}
