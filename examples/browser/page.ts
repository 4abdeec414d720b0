// Gets a token from one's own endpoint and shows what it says. Whether it is true, the API that gets it must decide.

import { decode } from 'aws-web-identity/verify'

const response = await fetch('/token', { method: 'POST' })
const { token, error }: { token?: string; error?: string } = await response.json()

const shown = token === undefined ? `No token: ${error}` : JSON.stringify(decode(token).claims, null, 2)
document.querySelector('#claims')?.replaceChildren(shown)
