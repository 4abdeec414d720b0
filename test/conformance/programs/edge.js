// A script without modules that leaves a function behind.

import { run } from './program.js'

globalThis.runSuite = run
