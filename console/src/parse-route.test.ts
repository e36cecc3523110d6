import { expect, test } from 'vitest'
import { parseRoute } from './parse-route.ts'

test.each([
  ['', { page: 'hosts' }],
  ['#/', { page: 'hosts' }],
  ['#/host/', { page: 'hosts' }],
  ['#/host/db-1', { page: 'host', name: 'db-1' }],
  ['#/host/%E4%B8%BB%E6%9C%BA', { page: 'host', name: '主机' }],
  ['#/duty', { page: 'duty' }],
  ['#/projects', { page: 'projects' }],
  ['#/project/BSL', { page: 'project', name: 'BSL' }],
  ['#/host/%E4%B8', { page: 'hosts' }],
  ['#/host/50%', { page: 'hosts' }],
])('the fragment "%s" leads to its page', (hash, expected) => {
  expect(parseRoute(hash)).toEqual(expected)
})
