// The body of a Query request: nested parameters as one level of percent-encoded names and values.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

/** A parameter: a scalar, a list (`Name.member.N`) or a structure (`Name.Member`). Absent ones are left out. */
export type QueryValue = string | number | boolean | readonly QueryValue[] | QueryParameters

/** Parameters by their names on the wire, in the order in which they are sent. */
export interface QueryParameters {
  readonly [name: string]: QueryValue | undefined
}

/** The body for these parameters. A list that is given and empty is sent as `Name=`. */
export function encodeForm(parameters: QueryParameters): string {
  const pairs: string[] = []
  add(pairs, '', parameters)
  return pairs.join('&')
}

function add(pairs: string[], name: string, value: QueryValue): void {
  if (typeof value !== 'object' || (isList(value) && value.length === 0)) {
    pairs.push(`${percentEncode(name)}=${percentEncode(String(value))}`)
  } else if (isList(value)) {
    for (const [index, member] of value.entries()) add(pairs, `${name}.member.${index + 1}`, member)
  } else {
    for (const [key, member] of Object.entries(value)) {
      if (member !== undefined) add(pairs, name === '' ? key : `${name}.${key}`, member)
    }
  }
}

// `Array.isArray` does not narrow a readonly array out of a union.
function isList(value: readonly QueryValue[] | QueryParameters): value is readonly QueryValue[] {
  return Array.isArray(value)
}

/**
 * A name or a value as it stands in the form. RFC 3986's unreserved characters stay, as SigV4 and AWS's own clients
 * have it; `encodeURIComponent` leaves five more.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
