// The package and the suite together: the entry for bundlers and runtimes alike.

import * as core from 'aws-web-identity'
import * as credentials from 'aws-web-identity/credentials'
import * as emulator from 'aws-web-identity/emulator'
import * as exchange from 'aws-web-identity/exchange'
import * as iam from 'aws-web-identity/iam'
import * as verify from 'aws-web-identity/verify'
import { conduct } from './suite.js'

export const run = (place) => conduct({ core, credentials, emulator, exchange, iam, verify }, place)
