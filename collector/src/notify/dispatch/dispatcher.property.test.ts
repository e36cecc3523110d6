import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileMatcher } from './alert-matcher.ts'
import { Simulator } from './testing/simulator.ts'

const NAMES = ['cpu@db1', 'load@db1', 'disk@db2', 'offline@db1', 'busy@app1', 'slow@app1']

type Step =
  | { readonly do: 'change'; readonly name: string; readonly critical: boolean }
  | { readonly do: 'end'; readonly name: string }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'kill' }
  | { readonly do: 'restart'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('change' as const),
    name: fc.constantFrom(...NAMES),
    critical: fc.boolean(),
  }),
  fc.record({ do: fc.constant('end' as const), name: fc.constantFrom(...NAMES) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 900 }) }),
  fc.record({ do: fc.constant('kill' as const) }),
  fc.record({ do: fc.constant('restart' as const), seconds: fc.integer({ min: 0, max: 900 }) }),
)

/** Codes that say why a transition is in no notice. */
const REASONS = ['muted', 'unchanged', 'endedUntold', 'flapping']

/** What a receiver believes that fires, having read every notice in order. */
function believed(world: Simulator): Set<string> {
  const firing = new Set<string>()
  for (const { alerts } of world.notices)
    for (const { alert } of alerts.toReversed()) {
      if (alert.endsAtMs === undefined) firing.add(alert.fingerprint)
      else firing.delete(alert.fingerprint)
    }
  return firing
}

test('whatever happens, over whatever restarts: who reads the notices knows in the end what fires, and nothing is left out without a reason', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const cause = {
        parent: compileMatcher({ alertname: 'offline' }),
        child: compileMatcher({ alertname: '!offline' }),
        equal: [{ child: 'host', parent: 'host' }],
      }
      const world = new Simulator({ dependencies: [cause] })
      const said: { readonly atMs: number; readonly name: string }[] = []
      const live = new Map<string, string>()
      for (const one of steps) {
        if (one.do === 'wait') world.pass(one.seconds)
        else if (one.do === 'restart') world.restart(one.seconds)
        else if (one.do === 'kill') world.killsBeforeSave = true
        else if (one.do === 'end') {
          if (world.fires(one.name)) {
            world.resolve(one.name)
            expectReason(world, one.name)
          }
          live.delete(one.name)
        } else {
          const { fingerprint } = world.fire(one.name, {
            severity: one.critical ? 'critical' : 'warning',
          })
          live.set(one.name, fingerprint)
          said.push({ atMs: world.nowMs, name: one.name })
          expectReason(world, one.name)
        }
      }
      const notBefore = world.notices.length
      // Long enough for what is gathered, graces and flapping to be over.
      world.pass(3 * 3600)
      expect(world.notices.slice(notBefore).every(({ truncated }) => truncated === 0)).toBe(true)
      const muted = new Set(
        [...live].flatMap(([name, fingerprint]) =>
          world.dispatcher.find(fingerprint)?.hold === undefined ? [] : [name],
        ),
      )
      const shouldFire = [...live].filter(([name]) => !muted.has(name)).map(([, one]) => one)
      const beliefs = believed(world)
      for (const fingerprint of shouldFire) expect(beliefs).toContain(fingerprint)
      for (const fingerprint of beliefs)
        expect([...live.values(), ...mutedFingerprints(world, muted)]).toContain(fingerprint)
      for (const { atMs, name } of said) {
        const isTold = world.notices.some(
          (notice) =>
            notice.atMs >= atMs &&
            notice.alerts.some(({ alert }) => `${alert.ruleId}\n${alert.key}` === world.idOf(name)),
        )
        if (!isTold)
          expect(world.decisionsOf(name).some((code) => REASONS.includes(code))).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

/** That the transition of this moment is told, or will be, or why it is not, is recorded now, under the severity that it is now. */
function expectReason(world: Simulator, name: string): void {
  const [ruleId = '', key = ''] = world.idOf(name).split('\n')
  const fingerprint = world.dispatcher.get({ ruleId, key })?.alert.fingerprint
  const isRecorded = world.decisions.some(
    (one) => one.fingerprint === fingerprint && one.atMs === world.nowMs,
  )
  expect(isRecorded, `${name} at ${world.minutes}`).toBe(true)
}

test('a kill between dispatch and commit makes no second notice, nor does one after it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: fc.constantFrom(...NAMES), after: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      }),
      (changes) => {
        const [killed, plain] = [new Simulator(), new Simulator()]
        for (const { name, after } of changes) {
          killed.killsBeforeSave = !after
          for (const world of [killed, plain]) {
            if (world.fires(name)) world.resolve(name)
            else world.fire(name)
          }
          if (after) killed.restart()
          for (const world of [killed, plain]) world.pass(7)
        }
        for (const world of [killed, plain]) world.pass(3 * 3600)
        expect(killed.said()).toEqual(plain.said())
      },
    ),
    { numRuns: 60 },
  )
})

/** What muted alerts were told as before their cause came. */
function mutedFingerprints(world: Simulator, muted: ReadonlySet<string>): string[] {
  return [...muted].flatMap((name) => {
    const id = world.idOf(name)
    const [ruleId = '', key = ''] = id.split('\n')
    const tracked = world.dispatcher.get({ ruleId, key })
    return [...(tracked?.told.values() ?? [])].map(({ alert }) => alert.fingerprint)
  })
}
