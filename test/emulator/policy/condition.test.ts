import { describe, expect, test } from 'vitest'
import { allow, decide, deny, holds, request } from './requests.ts'

const one = (value: string) => ({ 'sts:key': value })

describe('an operator holds', () => {
  test.each([
    ['StringEquals', 'blue', 'blue'],
    ['StringEquals', ['red', 'blue'], 'blue'],
    ['StringEquals', 'b*', 'b*'],
    ['StringEquals', '', ''],
    ['StringEquals', 300, '300'],
    ['StringEquals', true, 'true'],
    ['StringNotEquals', 'blue', 'Blue'],
    ['StringNotEquals', ['red', 'blue'], 'green'],
    ['StringEqualsIgnoreCase', 'BLUE', 'blue'],
    ['StringEqualsIgnoreCase', 'blue', 'BLUE'],
    ['StringNotEqualsIgnoreCase', 'BLUE', 'red'],
    ['StringLike', 'b*e', 'blue'],
    ['StringLike', 'https://*.example/*', 'https://a.b.example/c'],
    ['StringNotLike', 'b*e', 'Blue'],
    ['NumericEquals', 300, '300'],
    ['NumericEquals', '300.0', '300'],
    ['NumericEquals', '-1', '-1'],
    ['NumericNotEquals', 300, '301'],
    ['NumericLessThan', 300, '299'],
    ['NumericLessThan', '9', '-10'],
    ['NumericLessThanEquals', 300, '300'],
    ['NumericGreaterThan', 300, '1000'],
    ['NumericGreaterThanEquals', 300, '300'],
    ['DateEquals', '2026-09-11T18:36:48Z', '2026-09-11T20:36:48+02:00'],
    ['DateEquals', '2026-09-11T18:36:48Z', '1789151808'],
    ['DateEquals', 1789151808, '2026-09-11T18:36:48Z'],
    ['DateNotEquals', '2026-09-11', '2026-09-12'],
    ['DateLessThan', '2026-09-11', '2026-09-10T23:59:59.999Z'],
    ['DateLessThanEquals', '2026-09-11T18:36Z', '2026-09-11T18:36:00Z'],
    ['DateGreaterThan', '2026', '2026-01-01T00:00:01Z'],
    ['DateGreaterThanEquals', '2026-09', '2026-09-01T00:00:00Z'],
    ['Bool', true, 'true'],
    ['Bool', 'TRUE', 'true'],
    ['Bool', 'false', 'False'],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5'],
    ['BinaryEquals', 'QQ==', 'QR=='],
    ['IpAddress', '203.0.113.0/24', '203.0.113.255'],
    ['IpAddress', '203.0.113.7', '203.0.113.7'],
    ['IpAddress', '203.0.113.128/25', '203.0.113.200'],
    ['IpAddress', '0.0.0.0/0', '198.51.100.1'],
    ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678:ffff::1'],
    ['IpAddress', '2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['IpAddress', '::ffff:203.0.113.0/120', '::ffff:203.0.113.9'],
    ['IpAddress', '::/0', '2001:db8::'],
    ['IpAddress', ['10.0.0.0/8', '2001:db8::/32'], '2001:db8:ffff::'],
    ['NotIpAddress', '203.0.113.0/24', '203.0.114.0'],
    ['NotIpAddress', '203.0.113.0/24', '2001:db8::1'],
    ['ArnEquals', 'arn:aws:iam::123456789012:role/*', 'arn:aws:iam::123456789012:role/a/b'],
    ['ArnLike', 'arn:aws:iam::*:role/a?', 'arn:aws:iam::123456789012:role/ab'],
    ['ArnLike', 'arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:eu-west-1:123456789012:log-group:a:b'],
    ['ArnNotEquals', 'arn:aws:iam::*:role/a', 'arn:aws:iam::123456789012:role/A'],
    ['ArnNotLike', ['arn:aws:iam::*:role/a', 'arn:aws:iam::*:role/b'], 'arn:aws:iam::123456789012:role/c'],
  ])('%s %j for %j', (operator, values, value) => {
    expect(holds(operator, 'sts:key', values, one(value))).toBe(true)
  })
})

describe('an operator does not hold', () => {
  test.each([
    ['StringEquals', 'blue', 'Blue'],
    ['StringEquals', 'b*', 'blue'],
    ['StringEquals', 'blue', 'blue '],
    ['StringNotEquals', 'blue', 'blue'],
    ['StringNotEquals', ['red', 'blue'], 'blue'],
    ['StringEqualsIgnoreCase', 'b*', 'blue'],
    ['StringNotEqualsIgnoreCase', ['red', 'BLUE'], 'blue'],
    ['StringLike', 'b*e', 'Blue'],
    ['StringLike', 'b?e', 'blue'],
    ['StringNotLike', ['x', 'b*e'], 'blue'],
    ['NumericEquals', 300, '0x12c'],
    ['NumericEquals', '', '0'],
    ['NumericNotEquals', 300, '300'],
    ['NumericLessThan', 300, '300'],
    ['NumericLessThanEquals', 300, '301'],
    ['NumericLessThan', 300, 'many'],
    ['NumericGreaterThan', 300, '300'],
    ['NumericGreaterThanEquals', 300, '299'],
    ['NumericGreaterThanEquals', 'few', '299'],
    ['DateEquals', '2026-09-11T18:36:48Z', '2026-09-11T18:36:49Z'],
    ['DateEquals', 'yesterday', 'yesterday'],
    ['DateEquals', '2026-13', '2026-13'],
    ['DateEquals', 'Fri, 11 Sep 2026 18:36:48 GMT', '2026-09-11T18:36:48Z'],
    ['DateNotEquals', '2026-09-11', '2026-09-11T00:00:00Z'],
    ['DateLessThan', '2026-09-11', '2026-09-11T00:00:00Z'],
    ['DateLessThanEquals', '2026-09-11', '2026-09-11T00:00:00.001Z'],
    ['DateGreaterThan', '2026-09-11', '2026-09-11T00:00:00Z'],
    ['DateGreaterThanEquals', '2026-09-11', '2026-09-10T23:59:59Z'],
    ['Bool', true, 'false'],
    ['Bool', 'yes', 'yes'],
    ['BinaryEquals', 'QmluYXJ5', 'Binary'],
    ['BinaryEquals', 'QQ', 'QQ=='],
    ['BinaryEquals', '==', '=='],
    ['IpAddress', '203.0.113.0/24', '203.0.114.0'],
    ['IpAddress', '203.0.113.7', '203.0.113.8'],
    ['IpAddress', '203.0.113.128/25', '203.0.113.127'],
    ['IpAddress', '203.0.113.0/33', '203.0.113.0'],
    ['IpAddress', '203.0.113.0/24/24', '203.0.113.0'],
    ['IpAddress', '203.0.113.0/', '203.0.113.0'],
    ['IpAddress', '203.0.113/24', '203.0.113.0'],
    ['IpAddress', '203.0.113.0/24', '203.0.113.256'],
    ['IpAddress', '203.0.113.0/24', '203.0.113.01'],
    ['IpAddress', '0.0.0.0/0', '::1'],
    ['IpAddress', '::/0', '10.0.0.1'],
    ['IpAddress', '::/0', '1:2:3:4:5:6:7'],
    ['IpAddress', '::/0', '1::2::3'],
    ['IpAddress', '::/0', '1:2:3:4:5:6:7::8'],
    ['IpAddress', '::/0', '1:2:3:4:5:6:7:8:9'],
    ['IpAddress', '::/0', '12345::'],
    ['IpAddress', '::/0', '1.2.3.4::'],
    ['IpAddress', '2001:db8::/32', '2001:db9::'],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.1'],
    ['ArnLike', 'arn:aws:iam::*:role/a', 'arn:aws:iam::1:2:role/a'],
    ['ArnLike', 'arn:aws:iam:*:role/a', 'arn:aws:iam::123456789012:role/a'],
    ['ArnLike', 'arn:aws:iam::123456789012', 'arn:aws:iam::123456789012:role/a'],
    ['ArnLike', '*', 'arn:aws:iam::123456789012:role/a'],
    ['ArnEquals', 'arn:aws:iam::*:role/a', 'arn:aws:iam::123456789012:role/A'],
    ['ArnLike', 'arn:aws:iam::*:*', 'arn:aws:iam'],
    ['ArnNotEquals', 'arn:aws:iam::*:role/*', 'arn:aws:iam::123456789012:role/a'],
    ['ArnNotLike', ['arn:aws:iam::*:role/a', 'arn:aws:iam::*:role/b'], 'arn:aws:iam::123456789012:role/b'],
  ])('%s %j for %j', (operator, values, value) => {
    expect(holds(operator, 'sts:key', values, one(value))).toBe(false)
  })

  test('StringLike reaches over the colons of an ARN where ArnLike does not', () => {
    const pattern = 'arn:aws:someservice:*:111122223333:finance/*'
    const value = 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt'
    expect(holds('StringLike', 'aws:sourcearn', pattern, { 'aws:sourcearn': value })).toBe(true)
    expect(holds('ArnLike', 'aws:sourcearn', pattern, { 'aws:sourcearn': value })).toBe(false)
  })
})

describe('a key', () => {
  test("is found whatever case its name is written in, a tag's key too", () => {
    const context = { 'aws:requesttag/team': 'blue' }
    expect(holds('StringEquals', 'AWS:RequestTag/TEAM', 'blue', context)).toBe(true)
  })

  test('that is absent fails a plain operator, and satisfies a negated one', () => {
    for (const operator of [
      'StringEquals',
      'StringLike',
      'NumericLessThan',
      'Bool',
      'IpAddress',
      'ArnLike',
    ]) {
      expect(holds(operator, 'sts:key', '1', {})).toBe(false)
    }
    for (const operator of [
      'StringNotEquals',
      'StringNotLike',
      'NumericNotEquals',
      'NotIpAddress',
      'ArnNotLike',
    ]) {
      expect(holds(operator, 'sts:key', '1', {})).toBe(true)
    }
  })

  test('with an empty list is absent', () => {
    expect(holds('Null', 'sts:key', true, { 'sts:key': [] })).toBe(true)
    expect(holds('StringNotEquals', 'sts:key', 'a', { 'sts:key': [] })).toBe(true)
  })

  test('that is absent satisfies whatever ends in IfExists', () => {
    expect(holds('StringEqualsIfExists', 'sts:key', 'a', {})).toBe(true)
    expect(holds('ForAnyValue:StringEqualsIfExists', 'sts:key', 'a', {})).toBe(true)
    expect(holds('StringEqualsIfExists', 'sts:key', 'a', one('b'))).toBe(false)
    expect(holds('StringEqualsIfExists', 'sts:key', 'a', one('a'))).toBe(true)
    expect(holds('StringNotEqualsIfExists', 'sts:key', 'a', {})).toBe(true)
  })

  test('with many values satisfies no operator without a set operator, negated or not', () => {
    const context = { 'sts:key': ['a'] }
    expect(holds('StringEquals', 'sts:key', 'a', context)).toBe(false)
    expect(holds('StringEqualsIfExists', 'sts:key', 'a', context)).toBe(false)
    expect(holds('StringNotEquals', 'sts:key', 'b', context)).toBe(false)
    expect(
      decide(request(context), allow(), deny({ Condition: { StringNotEquals: { 'sts:key': 'b' } } })),
    ).toEqual({
      allowed: true,
      by: { policy: 'test', sid: 'Statement[0]' },
    })
  })

  test('is null or not, as Null asks', () => {
    expect(holds('Null', 'sts:key', 'true', {})).toBe(true)
    expect(holds('Null', 'sts:key', 'false', {})).toBe(false)
    expect(holds('Null', 'sts:key', 'True', one('a'))).toBe(false)
    expect(holds('Null', 'sts:key', false, one(''))).toBe(true)
    expect(holds('Null', 'sts:key', ['true', 'FALSE'], one('a'))).toBe(true)
    expect(holds('Null', 'sts:key', 'maybe', {})).toBe(false)
  })

  test('named as a member of every object is no key of the request', () => {
    expect(holds('Null', 'x:constructor', 'true', {})).toBe(true)
    expect(holds('StringNotEquals', 'x:__proto__', 'a', {})).toBe(true)
  })
})

describe('ForAllValues', () => {
  test("holds where every value fits one of the policy's", () => {
    expect(holds('ForAllValues:StringEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['b', 'a', 'a'] })).toBe(
      true,
    )
    expect(holds('ForAllValues:StringEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['a', 'c'] })).toBe(false)
    expect(holds('ForAllValues:StringLike', 'sts:key', 'a*', { 'sts:key': ['a', 'ab'] })).toBe(true)
    expect(holds('ForAllValues:StringEquals', 'sts:key', 'a', one('a'))).toBe(true)
    expect(holds('ForAllValues:StringEquals', 'sts:key', 'a', one('b'))).toBe(false)
  })

  test('holds where there is no value, or an empty one', () => {
    expect(holds('ForAllValues:StringEquals', 'sts:key', 'a', {})).toBe(true)
    expect(holds('ForAllValues:StringEquals', 'sts:key', 'a', { 'sts:key': [] })).toBe(true)
    expect(holds('ForAllValues:StringEquals', 'sts:key', 'a', one(''))).toBe(true)
    expect(holds('ForAllValues:StringEquals', 'sts:key', 'a', { 'sts:key': [''] })).toBe(true)
  })

  test('of a negated operator holds where no value fits', () => {
    expect(holds('ForAllValues:StringNotEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['c', 'd'] })).toBe(true)
    expect(holds('ForAllValues:StringNotEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['c', 'a'] })).toBe(
      false,
    )
    expect(holds('ForAllValues:StringNotEquals', 'sts:key', 'a', {})).toBe(true)
  })

  test('goes with every family', () => {
    const numbers = { 'sts:key': ['1', '2'] }
    expect(holds('ForAllValues:NumericLessThan', 'sts:key', 3, numbers)).toBe(true)
    expect(holds('ForAllValues:NumericLessThan', 'sts:key', 2, numbers)).toBe(false)
    expect(holds('ForAllValues:ArnLike', 'sts:key', 'arn:aws:iam::*:role/*', numbers)).toBe(false)
    expect(holds('ForAllValues:Null', 'sts:key', 'false', numbers)).toBe(true)
  })
})

describe('ForAnyValue', () => {
  test("holds where one value fits one of the policy's", () => {
    expect(holds('ForAnyValue:StringEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['c', 'b'] })).toBe(true)
    expect(holds('ForAnyValue:StringEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['c', 'd'] })).toBe(false)
    expect(holds('ForAnyValue:StringEquals', 'sts:key', 'a', one('a'))).toBe(true)
  })

  test('does not hold where there is no value, of a negated operator neither', () => {
    expect(holds('ForAnyValue:StringEquals', 'sts:key', 'a', {})).toBe(false)
    expect(holds('ForAnyValue:StringNotEquals', 'sts:key', 'a', {})).toBe(false)
    expect(holds('ForAnyValue:StringNotEquals', 'sts:key', 'a', { 'sts:key': [] })).toBe(false)
  })

  test('of a negated operator holds where one value fits none', () => {
    expect(holds('ForAnyValue:StringNotEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['a', 'c'] })).toBe(true)
    expect(holds('ForAnyValue:StringNotEquals', 'sts:key', ['a', 'b'], { 'sts:key': ['a', 'b'] })).toBe(false)
  })
})

describe('a variable in a condition', () => {
  const tags = { 'aws:principaltag/team': 'blue', 'aws:requesttag/team': 'blue' }
  const ownTeam = `\${aws:PrincipalTag/team}`

  test('is filled in for string and ARN operators', () => {
    expect(holds('StringEquals', 'aws:RequestTag/team', ownTeam, tags)).toBe(true)
    expect(holds('StringNotEquals', 'aws:RequestTag/team', ownTeam, tags)).toBe(false)
    expect(holds('StringEqualsIgnoreCase', 'aws:RequestTag/team', `\${aws:PrincipalTag/team}`, tags)).toBe(
      true,
    )
    expect(holds('StringLike', 'aws:RequestTag/team', `*\${aws:PrincipalTag/team}`, tags)).toBe(true)
    const context = { ...tags, 'aws:principalarn': 'arn:aws:iam::123456789012:role/blue/a' }
    expect(
      holds('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::*:role/\${aws:PrincipalTag/team}/*`, context),
    ).toBe(true)
  })

  test('whose value holds wildcards stands for those characters', () => {
    const context = { 'aws:principaltag/team': '*', 'aws:requesttag/team': 'red' }
    expect(holds('StringLike', 'aws:RequestTag/team', ownTeam, context)).toBe(false)
  })

  test('is plain text for other operators', () => {
    const context = { 'sts:a': '1', 'sts:b': '1' }
    expect(holds('NumericEquals', 'sts:a', `\${sts:b}`, context)).toBe(false)
  })

  test('without a value is equal to nothing, so that a negated operator holds against it', () => {
    const context = { 'aws:requesttag/team': 'blue' }
    expect(holds('StringEquals', 'aws:RequestTag/team', ownTeam, context)).toBe(false)
    expect(holds('StringNotEquals', 'aws:RequestTag/team', ownTeam, context)).toBe(true)
    const barred = deny({ Condition: { StringEquals: { 'aws:RequestTag/team': ownTeam } } })
    expect(decide(request(context), allow(), barred).allowed).toBe(true)
  })

  test('for a character stands for that one', () => {
    expect(holds('StringLike', 'sts:key', `a\${*}`, one('a*'))).toBe(true)
    expect(holds('StringLike', 'sts:key', `a\${*}`, one('ab'))).toBe(false)
    expect(holds('StringEquals', 'sts:key', `a\${*}`, one('a*'))).toBe(true)
  })
})

describe('several conditions', () => {
  test('must all hold, over keys and over operators', () => {
    const context = { 'sts:a': '1', 'sts:b': '2' }
    const both = (Condition: Record<string, Record<string, string>>) =>
      decide(request(context), allow({ Condition })).allowed
    expect(both({ StringEquals: { 'sts:a': '1', 'sts:b': '2' } })).toBe(true)
    expect(both({ StringEquals: { 'sts:a': '1', 'sts:b': '3' } })).toBe(false)
    expect(both({ StringEquals: { 'sts:a': '1' }, NumericEquals: { 'sts:b': '2' } })).toBe(true)
    expect(both({ StringEquals: { 'sts:a': '1' }, NumericEquals: { 'sts:b': '3' } })).toBe(false)
  })

  test('may be none', () => {
    expect(decide(request(), allow({ Condition: {} })).allowed).toBe(true)
  })
})
