import { decoyHash, Passwords } from './passwords.ts';

const passwords = new Passwords();
const costOf = (hash: string) => hash.split('$').slice(0, 4).join('$');

test('a hash is Argon2id at the cost that OWASP names, and fits its password only', async () => {
  const hash = await passwords.hash('correct horse');
  expect(costOf(hash)).toBe('$argon2id$v=19$m=19456,t=2,p=1');
  expect(await passwords.matches('correct horse', hash)).toBe(true);
  expect(await passwords.matches('correct house', hash)).toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await passwords.hash('same')).not.toBe(await passwords.hash('same'));
});

test('where there is no user, a decoy of the same cost and size is checked', async () => {
  const hash = await passwords.hash('anything');
  expect(costOf(decoyHash)).toBe(costOf(hash));
  expect(decoyHash).toHaveLength(hash.length);
  expect(await passwords.matches('anything', null)).toBe(false);
});
