import { randomBytes } from 'node:crypto';
import type { SessionId, User, UserId } from '@storm/contracts';
import { decideRefresh } from './decide-refresh.ts';
import {
  createSecret,
  deriveSuccessor,
  encodeRefreshToken,
  hashSecret,
  parseRefreshToken,
} from './refresh-token.ts';
import type { Session } from './session.ts';

const graceMs = 10_000;
const rotatedAt = new Date('2026-01-01T12:00:00Z');
const after = (ms: number) => new Date(rotatedAt.getTime() + ms);
const user = { id: 'u' as UserId, username: 'ada', displayName: 'Ada', createdAt: '' } satisfies User;
const id = '0190a000-0000-7000-8000-000000000001' as SessionId;
const familyKey = randomBytes(32);
const [oldest, previous, current] = [createSecret(), createSecret(), createSecret()];
const session: Session = {
  id,
  userId: user.id,
  user,
  familyKey,
  refreshHash: hashSecret(current),
  previousHash: hashSecret(previous),
  successorSalt: randomBytes(32),
  rotatedAt,
  expiresAt: after(86_400_000),
  revokedAt: null,
};

const present = (secret: Buffer, key = familyKey) => {
  const token = parseRefreshToken(encodeRefreshToken(id, secret, key));
  if (token === null) throw new Error('the token cannot be read');
  return token;
};
const decide = (secret: Buffer, arrivedAt: Date, change: Partial<Session> = {}) =>
  decideRefresh({ ...session, ...change }, present(secret), { arrivedAt, graceMs }).kind;

test('the current token gets a successor', () => {
  expect(decide(current, after(60_000))).toBe('rotate');
});

test('the one before gets the same successor again for ten seconds, then it is a theft', () => {
  expect(decide(previous, after(graceMs))).toBe('repeat');
  expect(decide(previous, after(graceMs + 1))).toBe('reused');
});

test('a request that was there before the rotation is no theft, however long it waited', () => {
  expect(decide(previous, after(-60_000))).toBe('repeat');
});

test('an older token is a theft at once', () => {
  expect(decide(oldest, after(1))).toBe('reused');
});

test('an invented token ends nothing', () => {
  const invented = present(createSecret(), randomBytes(32));
  expect(decideRefresh(session, invented, { arrivedAt: after(1), graceMs }).kind).toBe('invalid');
  expect(decideRefresh(null, present(current), { arrivedAt: after(1), graceMs }).kind).toBe('invalid');
});

test('expired and revoked sessions refresh nothing', () => {
  expect(decide(current, after(1), { expiresAt: after(1) })).toBe('invalid');
  expect(decide(current, after(1), { revokedAt: after(0) })).toBe('revoked');
  expect(decide(oldest, after(1), { revokedAt: after(0) })).toBe('revoked');
});

test('the successor needs both the secret and the salt', () => {
  const salt = randomBytes(32);
  expect(deriveSuccessor(current, salt)).toEqual(deriveSuccessor(current, salt));
  expect(deriveSuccessor(current, randomBytes(32))).not.toEqual(deriveSuccessor(current, salt));
  expect(deriveSuccessor(previous, salt)).not.toEqual(deriveSuccessor(current, salt));
});

test.each(['', 'nonsense', 'str1_', `str1_${'A'.repeat(85)}`, `str2_${'A'.repeat(86)}`])(
  '"%s" is not a token',
  (text) => expect(parseRefreshToken(text)).toBeNull(),
);
