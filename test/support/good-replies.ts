// Replies of STS that mean the same: what XML lets a writer choose.

import { TOKEN, tokenReply } from './replies.ts'

const good = tokenReply()

export const goodReplies: Record<string, string | Uint8Array> = {
  'as AWS sends it': good,
  'with an XML declaration': `<?xml version="1.0" encoding="UTF-8"?>\n${good}`,
  'with a byte order mark': new TextEncoder().encode(`\ufeff${good}`),
  'with its elements in another order': `<GetWebIdentityTokenResponse><ResponseMetadata/><GetWebIdentityTokenResult><Expiration>2026-09-11T18:36:48.279Z</Expiration><WebIdentityToken>${TOKEN}</WebIdentityToken></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
  'with white space between elements': good.replaceAll('><', '>\r\n\t <').replace(/>\s+(eyJ|20)/g, '>$1'),
  'with CDATA': good.replace(TOKEN, `<![CDATA[${TOKEN}]]>`),
  'with half of the token in CDATA': good.replace(TOKEN, `${TOKEN.slice(0, 9)}<![CDATA[${TOKEN.slice(9)}]]>`),
  'with character references': good.replace(TOKEN, TOKEN.replace('e', '&#101;').replace('J', '&#x4A;')),
  'with every predefined entity': good.replace(
    '<Expiration>',
    '<A b="&lt;&#9;>/>">&amp;&lt;&gt;&quot;&apos;&#x1F600;</A><B c=\'"\'/><Expiration>',
  ),
  'with comments': good.replace('<Expiration>', '<!-- a comment --><Expiration><!-- ]]> -->'),
  'with processing instructions': good.replace('<Expiration>', '<?pi ]]>?><Expiration>'),
  'with unknown elements': good
    .replace('<Expiration>', '<SessionName>x</SessionName><Expiration>')
    .replace(
      '<ResponseMetadata>',
      '<Other><WebIdentityToken>a.b.c</WebIdentityToken></Other><ResponseMetadata>',
    ),
  'with another prefix': good.replaceAll(/<(\/?)(\w)/g, '<$1sts:$2').replace('xmlns=', 'xmlns:sts='),
  'without a namespace': good.replace(/ xmlns="[^"]+"/, ''),
}
