// How long web identity tokens are valid.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

/** How long a token is valid at the least, in seconds. */
export const SHORTEST_DURATION = 60
/** How long a token is valid unless the input says otherwise, in seconds. */
export const DEFAULT_DURATION = 300
