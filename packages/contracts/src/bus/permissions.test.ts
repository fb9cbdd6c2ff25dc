import { readFileSync } from 'node:fs';
import { eventContracts } from '../events.ts';
import { queryContracts } from '../queries.ts';
import { serviceNames } from '../services.ts';
import { answererOf, busRoles } from './bus-roles.ts';
import { permissionsOf } from './permissions.ts';
import { renderNatsUsers } from './render-nats-users.ts';

const all = serviceNames.map((service) => ({ service, ...permissionsOf(service) }));
const matches = (pattern: string, subject: string): boolean => {
  const [have, want] = [pattern.split('.'), subject.split('.')];
  if (have.at(-1) !== '>' && have.length !== want.length) return false;
  return have.every((token, at) => token === '>' || token === '*' || token === want[at]);
};
const whoMayPublish = (subject: string) =>
  all.filter(({ publish }) => publish.some((one) => matches(one, subject))).map(({ service }) => service);

describe('the rights of a NATS user', () => {
  it('stand in infra/nats/users.conf as computed (else run: npm run generate)', () => {
    const file = new URL('../../../../infra/nats/users.conf', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(renderNatsUsers());
  });

  it.each(eventContracts.map(({ type, audience, source }) => [type, audience, source]))(
    'let %s be told by its source alone',
    (type, audience, source) => {
      expect(whoMayPublish(`event.${audience}.x.${type}`)).toEqual([source]);
    },
  );

  it.each(queryContracts.map((contract) => [contract.subject, contract] as const))(
    'let %s be answered by one service and asked by those who need it',
    (subject, contract) => {
      const hearers = all.filter(({ subscribe }) => subscribe.some((one) => matches(one, subject)));
      expect(hearers.map(({ service }) => service)).toEqual([answererOf(contract)]);
      const askers = serviceNames.filter((service) => busRoles[service].asks?.includes(contract));
      expect(askers).not.toEqual([]);
      expect(whoMayPublish(subject)).toEqual(askers);
    },
  );

  it('never begin with a wildcard', () => {
    const subjects = all.flatMap(({ publish, subscribe }) => [...publish, ...subscribe]);
    expect(subjects.filter((one) => /^[*>]|^\$JS\.(API\.)?[*>]|^_INBOX\.|^event\.[*>]/.test(one))).toEqual(
      [],
    );
  });

  it('let a stream be deleted by nobody', () => {
    for (const name of ['EVENTS', 'COMMANDS', 'DEAD_LETTERS', 'MEDIA_JOBS']) {
      expect(whoMayPublish(`$JS.API.STREAM.DELETE.${name}`)).toEqual([]);
      expect(whoMayPublish(`$JS.API.STREAM.PURGE.${name}`)).toEqual([]);
    }
  });
});
