import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{protocol,journal,query,program,helper,agent,collector,console,dashboards}/src/**/*.test.ts',
      'scripts/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'scripts/toolchain/**'],
    setupFiles: './scripts/property-seed.ts',
    globalSetup: './scripts/test-directory.ts',
    pool: 'forks',
    maxWorkers: 2,
    // What is awaited comes, however busy the machine is: bounds for liveness, far from what a quiet machine needs. No test has a shorter one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 90_000 } },
    coverage: {
      provider: 'v8',
      reporter: ['text-summary'],
    },
  },
})
