// Started with SES, which brings lockdown(). The same where all that the language brings is frozen before anything else runs: hardened JavaScript.

lockdown({ errorTaming: 'unsafe', consoleTaming: 'unsafe', overrideTaming: 'severe', domainTaming: 'unsafe' })
await import('./command.js')
