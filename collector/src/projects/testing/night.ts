import { checkYaml } from '@wardround/program'
import { readDependencies } from '../../configuration/read-dependencies.ts'
import { defaultPackDirectory, readRules } from '../../configuration/read-rules.ts'
import { CollectorConfig } from '../../config.ts'
import { compileDispatch } from '../../notify/dispatch/compile-dispatch.ts'
import { Dispatcher } from '../../notify/dispatch/dispatcher.ts'
import type { Notice } from '../../notify/notice.ts'
import { toNoticeText } from '../../notify/text/notice-text.ts'
import { toPlainText } from '../../notify/text/plain-text.ts'
import type { Transition } from '../../rules/alert.ts'
import { alertLabelNames } from '../../rules/alerts/alert-label-names.ts'
import { alertId } from '../../rules/alerts/live-alert.ts'
import type { PingState } from '../../rules/silence/ping-state.ts'
import { catalogue } from '../../rules/testing/rules-from-yaml.ts'
import { RuleEngine } from '../../rules/engine.ts'
import { openRegexCheck } from '../../rules/reading/check-regex.ts'
import { type Point, SampleFeed } from '../../rules/testing/sample-feed.ts'
import { findAll } from '../find-all.ts'
import { IncidentBook } from '../incident-book.ts'
import type { IncidentAlert } from '../incident.ts'
import { ProjectBook } from '../project-book.ts'
import type { Project } from '../project.ts'
import { WorkDays } from '../work-days.ts'
import { Known } from './known.ts'

const TICK_MS = 10_000

/** The whole default pack, the real dispatcher and the incidents of one project over virtual time, without any I/O. */
export class Night {
  readonly notices: Notice[] = []
  readonly incidents: IncidentBook
  nowMs: number
  readonly #feed = new SampleFeed()
  readonly #engine: RuleEngine
  readonly #dispatcher: Dispatcher
  readonly #project: Project
  /** What each agent sends every minute; one without an entry is silent. */
  readonly sends = new Map<string, () => readonly Point[]>()

  private constructor(
    project: Project,
    startMs: number,
    rules: Awaited<ReturnType<typeof readRules>>,
    dispatch: ConstructorParameters<typeof Dispatcher>[0],
  ) {
    this.nowMs = startMs
    this.#project = project
    const projects = new ProjectBook([project], new WorkDays())
    this.incidents = new IncidentBook(projects, () => project.id)
    this.#engine = new RuleEngine({
      rules,
      directory: this.#feed.table,
      subjectLabels: (subject) => projects.labelsOf(subject),
      contractOf: (subject) => projects.contractOf(projects.labelsOf(subject)['project']),
    })
    this.#dispatcher = new Dispatcher(dispatch, {
      externalUrl: () => 'http://monitor:8470',
      languageOf: () => 'zh-CN',
      quoteOf: () => undefined,
      dutyOf: (id, atMs) => projects.dutyOf(id, atMs),
      escalationOf: (id, level) => projects.escalationOf(id, level),
      projectOf: (id, atMs) => projects.noticeOf(id, atMs),
      displayNameOf: () => undefined,
      presentOf: (alert) => this.#engine.find(alert),
      aboutOf: ({ tags }) => this.incidents.find(tags['incident'] ?? '')?.alerts.map(alertId) ?? [],
    })
  }

  /** `notify`: YAML of the section `notify:` of collector.yaml. */
  static async begin(project: Project, start: string, notify: string): Promise<Night> {
    const rules = await readRules({ pack: 'full', directory: undefined }, catalogue)
    const config = checkYaml(CollectorConfig, { file: 'collector.yaml', text: notify })
    const shipped = await readDependencies(defaultPackDirectory())
    const compiled = compileDispatch(config.value.notify, shipped, {
      channels: ['duty'],
      labels: alertLabelNames(catalogue),
      rules: new Set(rules.definitions.keys()),
      checkRegex: await openRegexCheck(),
      calendar: () => new WorkDays(),
      repeatOf: () => undefined,
    })
    if (compiled.rules === undefined)
      throw new Error(compiled.problems.map(({ what }) => what.en).join())
    return new Night(project, Date.parse(`${start}:00+08:00`), rules, compiled.rules)
  }

  /** Lets time pass, in steps of ten seconds. */
  pass(minutes: number): void {
    const untilMs = this.nowMs + minutes * 60_000
    while (this.nowMs < untilMs) {
      this.nowMs += TICK_MS
      if (this.nowMs % 60_000 === 0) this.#receive()
      this.#take(this.#engine.tick(this.nowMs))
      this.incidents.follow((alert) => this.#holdOf(alert), this.nowMs)
      const known = new Known().facts({ atMs: this.nowMs, sinceMs: this.nowMs })
      const found = findAll(this.#project, known, this.incidents.list())
      this.#take(this.#engine.acceptFindings(found, [this.#project.id], this.nowMs))
      this.#dispatcher.tick(this.nowMs)
      this.notices.push(...this.#dispatcher.drain().notices)
    }
  }

  /** What the collector's own ping says of a host from now on. */
  ping(host: string, state: PingState): void {
    this.#engine.hearPing(host, state)
  }

  /** Somebody claims the alert of a rule. */
  claim(ruleId: string, by: string): void {
    const alert = this.#engine.list().find((one) => one.ruleId === ruleId)
    if (alert === undefined) throw new Error(`${ruleId} does not fire`)
    this.#dispatcher.claim(alert.fingerprint, { by, note: '', takeOver: false }, this.nowMs)
    this.incidents.claim(alert, by, this.nowMs)
  }

  /** `rule@host` of what fires, with what holds it. */
  firing(): string[] {
    return this.#engine
      .list()
      .filter(({ phase }) => phase !== 'pending')
      .map((alert) => {
        const hold = this.#holdOf(alert)
        return `${alert.ruleId}@${alert.host}${hold === undefined ? '' : ` (${hold.kind})`}`
      })
      .toSorted()
  }

  /** The notices since the last call as people read them, each with the clock's time. */
  read(): string[] {
    return this.notices.splice(0).map((notice) => {
      const at = new Date(notice.atMs + 8 * 3_600_000).toISOString().slice(11, 19)
      return `── ${at} ──\n${toPlainText(toNoticeText(notice))}`
    })
  }

  #receive(): void {
    for (const [agent, points] of this.sends)
      this.#take(this.#engine.accept(this.#feed.batch(agent, this.nowMs, points()), this.nowMs))
  }

  #take(transitions: readonly Transition[]): void {
    this.#dispatcher.take(transitions, this.nowMs)
    for (const transition of transitions)
      if (!this.#engine.isOwnRule(transition.alert.ruleId))
        this.incidents.take(transition, this.#holdOf(transition.alert))
  }

  #holdOf(alert: IncidentAlert) {
    const hold = this.#dispatcher.get(alert)?.hold
    return hold?.kind === 'digest' ? undefined : hold
  }
}
