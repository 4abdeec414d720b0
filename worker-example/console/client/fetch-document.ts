// Fetches markup as a document. By XMLHttpRequest, since the browser then parses what it fetched: no string becomes markup,
// and the page's policy can forbid that there is any such string (Trusted Types).

/** Longer than the Worker waits for its own record, in milliseconds: it says then that this does not answer. */
const TIMEOUT = 15_000

/** The Worker answered with an error. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

/** @throws {Refused} */
export function fetchDocument(path: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', path)
    request.responseType = 'document'
    request.timeout = TIMEOUT
    request.onload = () => {
      const { status, response } = request
      if (status === 200 && response instanceof Document) resolve(response)
      else reject(new Refused(status))
    }
    request.onerror = request.ontimeout = () => reject(new Error(`${path} can’t be reached`))
    request.send()
  })
}
