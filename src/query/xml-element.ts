// An element of a reply, read only along a fixed path of local names, and its members as the Query protocol writes them.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#xml-shape-serialization

/**
 * The reply is not the XML that it should be. It never leaves `query/`: a `ResponseError` is made of it, which
 * knows the status and the content type as well. The parser's own message is not kept: it may quote a token.
 */
export class XmlError extends Error {}

/** An element, as much of it as is read. What it lacks is an {@link XmlError}. */
export class XmlElement {
  readonly localName: string
  /** The child elements, in their order. */
  readonly children: XmlElement[] = []
  /** The text between them, CDATA sections included. */
  ownText = ''

  constructor(localName: string) {
    this.localName = localName
  }

  /** The text of an element that holds nothing else. */
  get text(): string {
    if (this.children.length > 0) throw new XmlError(`<${this.localName}> holds elements, not text`)
    return this.ownText
  }

  /** The child elements of this local name, in their order. */
  all(name: string): XmlElement[] {
    return this.children.filter(({ localName }) => localName === name)
  }

  /** The only child element of this local name. */
  child(name: string): XmlElement {
    const child = this.optionalChild(name)
    if (child === undefined) throw new XmlError(`<${this.localName}> has no <${name}>`)
    return child
  }

  /** Like {@link child}, but there may be none. */
  optionalChild(name: string): XmlElement | undefined {
    const [first, second] = this.all(name)
    if (second !== undefined) throw new XmlError(`<${this.localName}> has more than one <${name}>`)
    return first
  }

  /** A member that cannot be empty. */
  string(name: string): string {
    const { text } = this.child(name)
    if (text === '') throw new XmlError(`<${name}> is empty`)
    return text
  }

  /** A member that may be absent. */
  optionalString(name: string): string | undefined {
    return this.optionalChild(name)?.text
  }

  /** A member of which more is known; `otherwise` says what it is not, such as `is no URL`. */
  matching(name: string, pattern: RegExp, otherwise: string): string {
    const { text } = this.child(name)
    if (!pattern.test(text)) throw new XmlError(`<${name}> ${otherwise}`)
    return text
  }

  /** `true` or `false`. */
  boolean(name: string): boolean {
    return this.matching(name, /^(?:true|false)$/, 'is neither true nor false') === 'true'
  }

  /** A time as RFC 3339 and Smithy's `date-time` have it, with or without a fraction. */
  date(name: string): Date {
    const { text } = this.child(name)
    const date = new Date(text)
    const isDateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
    // `Date` takes the 30th of February for the 2nd of March, and 24:00 for the next day.
    const hasSuchTime = isDateTime && isSameTime(`${text.slice(0, 19)}Z`)
    if (!hasSuchTime || Number.isNaN(date.getTime())) throw new XmlError(`<${name}> is no date`)
    return date
  }
}

function isSameTime(utc: string): boolean {
  const date = new Date(utc)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === utc.slice(0, 19)
}
