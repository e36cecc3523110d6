// The public face: what runs an agent inside another program, such as a test with devices of its own.
export { startAgent, type Agent, type AgentParts } from './agent.ts'
export { AgentConfig } from './config.ts'
export { defineProbe, type Probe } from './probe.ts'
export { resolveSettings } from './settings.ts'
