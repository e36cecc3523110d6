import { expect, test } from 'vitest'
import { HostPing } from './host-ping.ts'
import type { PingResult } from './ping.ts'

type Step = PingResult | 'connected' | 'gone'

function run(host: HostPing, steps: string): string {
  for (const step of steps.split(' ').filter((one) => one !== '') as Step[]) {
    if (step === 'connected') host.connected()
    else if (step === 'gone') host.gone()
    else host.see(step)
  }
  return host.state
}

const EIGHT = 'answers '.repeat(8)

test.each([
  { note: 'nothing is known at first', steps: 'connected', state: 'unknown' },
  { note: 'it answers', steps: 'connected answers', state: 'answers' },
  {
    note: 'once gone nothing is known until it is pinged',
    steps: 'connected answers gone',
    state: 'unknown',
  },
  {
    note: 'its agent is gone and it answers',
    steps: 'connected answers gone answers',
    state: 'answers',
  },
  {
    note: 'two lost pings are no lost host',
    steps: 'connected answers gone answers silent silent',
    state: 'answers',
  },
  { note: 'three are one', steps: 'connected answers gone silent silent silent', state: 'lost' },
  {
    note: 'who never answered is never lost',
    steps: 'connected silent gone silent silent silent silent',
    state: 'unknown',
  },
  {
    note: 'a ping that could not be sent is none',
    steps: 'connected answers gone failed failed failed failed',
    state: 'unknown',
  },
  {
    note: 'nor does it end a row',
    steps: 'connected answers gone silent failed silent failed silent',
    state: 'lost',
  },
  {
    note: 'it was first seen to answer after its agent had gone',
    steps: 'connected gone answers silent silent silent',
    state: 'lost',
  },
  {
    note: 'a host that starts is lost until its agent had time',
    steps: 'connected answers gone silent silent silent answers',
    state: 'lost',
  },
  {
    note: 'and is back after two minutes',
    steps: `connected answers gone silent silent silent ${EIGHT}`,
    state: 'answers',
  },
  {
    note: 'one whose agent is connected is back',
    steps: 'connected answers gone silent silent silent connected answers',
    state: 'answers',
  },
  {
    note: 'one that stops answering while it works has shut the door',
    steps: 'connected answers silent silent silent',
    state: 'unknown',
  },
  {
    note: 'and is never lost then',
    steps: 'connected answers silent silent silent gone silent silent silent',
    state: 'unknown',
  },
])('$note', ({ steps, state }) => {
  expect(run(new HostPing('10.0.0.1'), steps)).toBe(state)
})

test.each([
  { known: 'lost' as const, steps: '', state: 'lost' },
  { known: 'answers' as const, steps: '', state: 'unknown' },
  { known: 'answers' as const, steps: 'silent silent silent', state: 'lost' },
  { known: 'unknown' as const, steps: 'silent silent silent', state: 'unknown' },
])('after a restart: $known, then "$steps"', ({ known, steps, state }) => {
  expect(run(new HostPing('10.0.0.1', known), steps)).toBe(state)
})
