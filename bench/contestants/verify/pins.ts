// Whom those that verify trust.

export const AUDIENCE = 'https://api.example.com'
export const ISSUER = 'https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws'
