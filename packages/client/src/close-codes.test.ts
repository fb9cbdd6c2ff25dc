import { closeCodes as contract } from '@storm/contracts';
import { afterClose, closeCodes } from './close-codes.ts';

const closed = (code: number, reason = '', wasReady = true) => ({ code, reason, wasReady });
const atMost = () => 1;

test('the codes are those of the contract', () => {
  const codes = Object.entries(contract).map(([name, { code }]) => [name, code]);
  expect(closeCodes).toEqual(Object.fromEntries(codes));
});

test('every resumable code leads to a reconnect', () => {
  for (const { code } of Object.values(contract).filter(({ resumable }) => resumable)) {
    expect(afterClose(closed(code), 0)).toMatchObject({ action: 'reconnect', renew: false });
  }
});

test('a lost network leads to a reconnect that waits longer each time', () => {
  expect(afterClose(closed(1006), 0, atMost)).toEqual({ action: 'reconnect', waitMs: 250, renew: false });
  expect(afterClose(closed(1006), 3, atMost)).toEqual({ action: 'reconnect', waitMs: 2_000, renew: false });
});

test('a draining gateway says how long to wait, within reason', () => {
  expect(afterClose(closed(1001, '1234'), 0)).toMatchObject({ waitMs: 1_234 });
  expect(afterClose(closed(1001, 'retry-after-ms=40'), 0)).toMatchObject({ waitMs: 40 });
  expect(afterClose(closed(1001, '999999999'), 0)).toMatchObject({ waitMs: 60_000 });
  expect(afterClose(closed(1001, 'bye'), 0, atMost)).toMatchObject({ waitMs: 250 });
});

test('a revoked session is signed out, a protocol fault only ends the connection', () => {
  expect(afterClose(closed(contract.revoked.code), 0)).toEqual({ action: 'end', signedOut: true });
  expect(afterClose(closed(contract.protocol.code), 0)).toEqual({ action: 'end', signedOut: false });
});

test('a refused token is changed once, and a fresh one that is refused ends it', () => {
  const { code } = contract.unauthenticated;
  expect(afterClose(closed(code, '', false), 0)).toMatchObject({ action: 'reconnect', renew: true });
  expect(afterClose(closed(code, '', true), 4)).toMatchObject({ action: 'reconnect', renew: true });
  expect(afterClose(closed(code, '', false), 1)).toEqual({ action: 'end', signedOut: false });
});

test('a hello that came too late is tried again three times', () => {
  const { code } = contract.helloTimeout;
  const actions = [0, 1, 2, 3].map((tries) => afterClose(closed(code, '', false), tries).action);
  expect(actions).toEqual(['reconnect', 'reconnect', 'reconnect', 'end']);
});
