// Who calls the lab's emulator, known to it and to the sentences.

export const ACCOUNT = '123456789012'

/** May do everything. */
export const DEVELOPER = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** May do nothing. */
export const DENIED = {
  accessKeyId: 'AKIADENIEDEXAMPLE000',
  secretAccessKey: 'denied/secret+of=forty/characters0123456',
}

/** Of an account whose federation is switched off. */
export const ELSEWHERE = {
  accessKeyId: 'AKIAELSEWHEREEXAMPLE',
  secretAccessKey: 'elsewhere/secret+of=forty/characters0123',
}
export const OTHER_ACCOUNT = '210987654321'

/** A role that the developer and who shows a token of the lab's own issuer may assume. */
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/outbound/worker`

/** What a container's and an instance's metadata services of the lab give: a session of that role. */
export const SESSION = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'session/secret+of=forty/characters012345',
  sessionToken: 'IQoJb3JpZ2luX2VjEPT//////////wEaCXVzLWVhc3QtMSJHMEUCIQD/session+token=of/the/role',
}

/** The audience of a relying party of the lab, which trades the emulator's tokens. */
export const PARTY = 'https://auth.example.com'

/** Who signs a token that the role trusts. */
export const WORKLOAD_ISSUER = 'https://ci.example.com'
