// HTML by a template that escapes whatever is put into it, so that no text of a caller can become markup.

/** Markup that is safe to send. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** `undefined`, `false` and `null` are nothing. */
export type Content = Html | string | number | undefined | null | false | readonly Content[]

/** What stands in the template itself is markup; values are text, unless they are markup made by this. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)))
}

function render(content: Content): string {
  if (content === undefined || content === null || content === false) return ''
  if (content instanceof Html) return content.text
  if (typeof content === 'object') return content.map(render).join('')
  return escapeText(String(content))
}

// Enough within elements, and within attributes in quotation marks.
function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
