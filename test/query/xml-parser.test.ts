// What is read by xmldom's reader alone is what its DOMParser reads.

import { DOMParser, type Node } from '@xmldom/xmldom'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWellFormed } from '../../src/query/well-formed.ts'
import { XmlElement, XmlError } from '../../src/query/xml-element.ts'
import { parseXml } from '../../src/query/xml-parser.ts'
import { damagedReplies } from '../support/damaged-replies.ts'
import { goodReplies } from '../support/good-replies.ts'
import { errorReply, tokenReply } from '../support/replies.ts'

const MALFORMED = 'it is not well-formed'

/** The root, or what is said of the document. */
function outcomeOf(parse: (text: string) => XmlElement, text: string): XmlElement | string {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof XmlError) return error.message
    throw error
  }
}

/** The same by xmldom's whole DOM, as strict as it can be told to be. */
function parseByDom(text: string): XmlElement {
  const parser = new DOMParser({
    locator: false,
    onError(level, message) {
      if (level !== 'warning' || !message.startsWith('Unicode replacement character'))
        throw new Error(message)
    },
    normalizeLineEndings: (source) => source.replace(/\r\n?/g, '\n'),
  })
  const document = parsed(parser, text)
  if (document.doctype !== null) throw new XmlError('it has a document type declaration')
  if (document.documentElement === null || !isWellFormed(text)) throw new XmlError(MALFORMED)
  return elementOf(document.documentElement)
}

function parsed(parser: DOMParser, text: string) {
  try {
    return parser.parseFromString(text, 'text/xml')
  } catch {
    throw new XmlError(MALFORMED)
  }
}

function elementOf(node: Node & { localName: string | null }): XmlElement {
  const element = new XmlElement(node.localName ?? '')
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    // An element has a local name, which the declarations leave out.
    if (child.nodeType === child.ELEMENT_NODE) element.children.push(elementOf(child as typeof node))
    if (child.nodeType === child.TEXT_NODE || child.nodeType === child.CDATA_SECTION_NODE) {
      element.ownText += child.nodeValue ?? ''
    }
  }
  return element
}

function expectSame(text: string): void {
  expect(outcomeOf(parseXml, text)).toEqual(outcomeOf(parseByDom, text))
}

const replies = { ...goodReplies, ...damagedReplies }

describe('as the DOM has it', () => {
  for (const [name, body] of Object.entries(replies)) {
    if (name === 'ten thousand nested elements') continue // too deep for the comparison
    test(name, () => expectSame(typeof body === 'string' ? body : new TextDecoder().decode(body)))
  }

  test.each([
    '',
    ' ',
    'x',
    '<a/>',
    '<a/><b/>',
    '<a></a></a>',
    '</a>',
    '<a/></b>',
    '<a/></a></a>',
    '<!DOCTYPE a>',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a><a>',
    '<!DOCTYPE a><!DOCTYPE a><a/>',
    '<a><!DOCTYPE a></a>',
    '<![CDATA[x]]><a/>',
    '<a/><![CDATA[x]]><!-- x -->',
    '<a/> x',
    '<a>\r\n\u0085\u2028\r</a>',
    '<a>\ufffd</a>',
    '<a b="\n&#10;"/>',
    '<xml:a/>',
    '<xmlns:a/>',
    '<xmlns/>',
    '<a xml:lang="en"/>',
    '<a xmlns:xml="x" xml:lang="en"/>',
    '<a xmlns:xml="x"/>',
    '<a xmlns:xmlns="x"/>',
    '<a xmlns:x=""><x:b/></a>',
    '<a xmlns:x="x"><x:b x:c="1"/></a><x:d/>',
    '<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>',
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    '<x:a xmlns:x="http://www.w3.org/2000/xmlns/"/>',
    '<a xmlns:x="http://www.w3.org/2000/xmlns/" x:b=""/>',
    '<x:a xmlns:x="http://www.w3.org/XML/1998/namespace"/>',
    '<a:b:c xmlns:a="x"/>',
    '<a x:b="c"/>',
    '<a>&lt;b/&gt;<![CDATA[<c/>&amp;]]>d<!-- e -->f<?g h?>i</a>',
    '<a><b',
    '<a b="<"/>',
    '<a><?xml version="1.0"?></a>',
    '<a constructor="1" __proto__="2"/>',
    '<__proto__/>',
    '<a>&constructor;</a>',
  ])('%j', expectSame)
})

const fragment = fc.constantFrom(
  ...['<', '>', '/', '</', '/>', '<a', '<x:b', '</a>', '</x:b>', ' xmlns:x="u"', ' xmlns="v"', ' c="1"'],
  ...[
    ' x:c="2"',
    " xmlns:xml='w'",
    '<a>',
    '<b>',
    '</b>',
    '<x:b>',
    ' ',
    '\r\n',
    'text',
    '&amp;',
    '&#65;',
    '&',
  ],
  ...[
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '--',
    '<?pi',
    '?>',
    '<?xml version="1.0"?>',
    '<!DOCTYPE a>',
    '"',
    "'",
  ],
  ...['\u0000', '\ufffd', '\u00a0', '\u2028', '\ud800', '😀', '=', 'é', ';'],
)
const harmless = fc.constantFrom(
  ...['text', ' ', '\r\n', '&amp;', '&#x1F600;', '<!--c-->', '<![CDATA[<]]>', '<?pi d?>', '<x:c/>', '\ufffd'],
)
const reply = fc.constantFrom(tokenReply(), errorReply('AccessDenied', 'a &lt; b'), tokenReply('<x/>'))
const soup = fc.array(fragment, { maxLength: 24 }).map((fragments) => fragments.join(''))
const damaged = fc.tuple(reply, fc.nat(), fc.nat({ max: 12 }), soup).map(([text, at, length, instead]) => {
  const start = at % text.length
  return text.slice(0, start) + instead + text.slice(start + length)
})
const nodes = fc.letrec<{ nodes: string }>((tie) => ({
  nodes: fc
    .array(
      fc.oneof(
        { depthSize: 'small' },
        { arbitrary: harmless, weight: 20 },
        { arbitrary: fragment, weight: 1 },
        {
          arbitrary: fc
            .tuple(
              fc.constantFrom('a', 'b', 'x:b'),
              fc.constantFrom('', ' xmlns:x="v"', ' c="1"'),
              tie('nodes'),
            )
            .map(([name, attributes, inner]) => `<${name}${attributes}>${inner}</${name}>`),
          weight: 10,
        },
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
})).nodes
const tree = nodes.map((inner) => `<a xmlns:x="u">${inner}</a>`)

test.each([
  ['markup at random', soup],
  ['elements with anything in them', tree],
  ['replies that came to harm', damaged],
])('as the DOM has %s', (_, documents) => {
  fc.assert(fc.property(documents, expectSame), { numRuns: 3000 })
})
