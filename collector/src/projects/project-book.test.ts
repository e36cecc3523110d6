import { expect, test } from 'vitest'
import { ProjectBook } from './project-book.ts'
import { aProject } from './testing/a-project.ts'
import { WorkDays } from './work-days.ts'

const DUTY = `duty:
  people:
    - {id: a, name: 甲, phone: '+8613800000000', dingtalk: jia}
    - {id: b, name: 乙, email: yi@example.org}
    - {id: p, name: 丙（占位）, placeholder: true}
  shifts: [{hours: '09:00-17:00', who: [a, p]}]
  escalation:
    levels: {value: 4, clause: S10}
    chain:
      - {name: {zh: 远程, en: remote}, who: [a]}
      - {name: {zh: 现场, en: on site}, who: [b, p]}
      - {name: {zh: 专线, en: line}, who: [p]}
      - {name: {zh: 经理, en: manager}, who: [a, b]}`

const book = new ProjectBook([aProject(DUTY)], new WorkDays())
const at = (time: string) => Date.parse(`2026-11-20T${time}:00+08:00`)

test('says who is on duty, with what they are reached by', () => {
  expect(book.dutyOf('clinic', at('10:00'))).toEqual([
    { name: '甲', phone: '+8613800000000', dingtalk: 'jia' },
  ])
  expect(book.dutyOf('clinic', at('18:00'))).toEqual([])
  expect(book.dutyOf('other', at('10:00'))).toEqual([])
})

test('says who is told next, level by level; placeholders are told nothing', () => {
  const names = [1, 2, 3, 4, 5].map((level) =>
    book.escalationOf('clinic', level).map(({ name }) => name),
  )
  expect(names).toEqual([['甲'], ['乙'], [], ['甲', '乙'], []])
})

test('other files take the place of these', () => {
  const changing = new ProjectBook([aProject(DUTY)], new WorkDays())
  changing.replace([aProject('project: other')], new WorkDays())
  expect(changing.list().map(({ id }) => id)).toEqual(['other'])
  expect(changing.find('clinic')).toBeUndefined()
})
