// Tables that become cards on a narrow screen. Their roles are written out, as browsers forget them of a table that is
// laid out as something else.

import { type Content, type Html, html } from '../html.ts'

/** A row of a table. */
export interface Row {
  /** What it is, from one poll to the next. */
  readonly key: string
  /** One a column. */
  readonly cells: readonly Content[]
}

/** The first column tells which row it is. */
export function table(name: string, caption: string, columns: readonly string[], rows: readonly Row[]): Html {
  return html`<table class="cards ${name}" role="table">
<caption class="unsighted">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => tableRow(row, columns))}</tbody>
</table>`
}

function tableRow({ key, cells }: Row, columns: readonly string[]): Html {
  const [first, ...rest] = cells
  // It may be made of what callers sent: ASCII, and JSON first, which has no lone surrogates.
  return html`<tr role="row" data-key="${encodeURIComponent(JSON.stringify(key))}"><th scope="row" role="rowheader">${first}</th>${rest.map(
    (cell, index) => html`<td role="cell" data-label="${columns[index + 1]}">${cell}</td>`,
  )}</tr>
`
}
