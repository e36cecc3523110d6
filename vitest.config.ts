import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{protocol,journal,program,agent,collector,console}/src/**/*.test.ts',
      'scripts/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'scripts/toolchain/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // What is awaited comes, however busy the machine is; a bound for liveness, not for speed.
    expect: { poll: { timeout: 15_000 } },
    coverage: {
      provider: 'v8',
      reporter: ['text-summary'],
    },
  },
})
