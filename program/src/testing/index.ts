// What the tests of both programs, and the benchmarks, share.
export * from './free-port.ts'
export * from './owned-state.ts'
export * from './notify-socket.ts'
