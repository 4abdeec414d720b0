// What `aws-web-identity emulator --help` says.

export const help = `A local AWS STS, IAM and OIDC issuer, whose tokens verify.

Usage: aws-web-identity emulator [options]

  --port PORT     where to listen; 0 takes any free port. Default 4566
  --host HOST     the address to listen on. Default 127.0.0.1, which no other machine reaches
  --config FILE   accounts, principals and policies in JSON, as emulator-config.schema.json of this package says
  --state DIR     keeps issuers, keys and sessions there over a restart. Default: all is made anew each time
  --control       lets programs order faults, read requests and rotate keys under /_emulator/
  --quiet         no line for each request
  --json          one JSON object for the start and for each request, one a line
  --help          this`
