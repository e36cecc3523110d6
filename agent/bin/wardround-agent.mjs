#!/usr/bin/env node
import { startProgram } from '@wardround/program/starter'

await startProgram({ main: new URL('../src/main.ts', import.meta.url) })
