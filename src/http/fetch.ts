// The two seams to the network: what this package calls, and what an application calls.

/** As much of the platform's `fetch` as is called: Bun's has members besides, which no substitute needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The platform's `fetch` with its whole signature, as an application calls it. */
export type FetchFunction = (input: string | URL | Request, init?: RequestInit) => Promise<Response>
