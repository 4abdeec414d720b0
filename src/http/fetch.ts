// The one seam to the network.

/** As much of the platform's `fetch` as is called: Bun's has members besides, which no substitute needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>
