// The script of the console's page: it keeps the page as things are now, its times ticking, and loads the verifier when it is
// first used.

import { tick } from './clock.ts'
import { keepLive } from './live.ts'
import { offerVerifier } from './offer-verifier.ts'

keepLive()
setInterval(tick, 1000)
offerVerifier()
