#!/usr/bin/env node
import { startEarly } from './prepare-ahead.ts'

// The thread that helps with a large file takes as long to boot as the rest takes to be loaded.
startEarly(process.argv.slice(2))
void import('./program.ts')
