import { commandBatchSubject } from '../command-batch.ts';
import { commandSubject } from '../commands.ts';
import { eventSubject, liveSubject } from '../event-subjects.ts';
import { eventContracts } from '../events.ts';
import type { ConversationId } from '../ids.ts';
import { queryContracts } from '../queries.ts';
import { type ServiceName, serviceNames } from '../services.ts';
import { presenceSubject, typingSubject } from '../signals.ts';
import { commandStream, deadLetterStream, eventStream, mediaJobStream, streams } from '../streams.ts';
import { answererOf, busRoles, eventDurable, inboxPrefix, peerSubject } from './bus-roles.ts';

/** Subjects that a NATS user may use; whatever is not allowed is refused, `deny` wins over `allow`. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly denyPublish: readonly string[];
  readonly subscribe: readonly string[];
}

const any = '*' as ConversationId;
const workQueues = [commandStream, mediaJobStream] as const;
const api = (call: string, ...of: string[]): string => ['$JS.API', call, ...of].join('.');

/** The least that a service needs, computed from what it publishes, asks, answers, consumes and owns. */
export function permissionsOf(service: ServiceName): Permissions {
  const { asks = [], hears = [], hasPeers = false, hasSignals = false } = busRoles[service];
  const signals = hasSignals ? [typingSubject('*'), presenceSubject('*')] : [];
  const peers = [...(hasPeers ? [peerSubject(service)] : []), ...signals];
  return {
    publish: unique([
      ...commandsOf(service),
      ...eventContracts.filter((one) => one.source === service).map((one) => eventSubject(one, any)),
      ...asks.map(({ subject }) => subject),
      ...askersOf(service).map((asker) => `${inboxPrefix(asker)}.>`),
      ...peers,
      ...streamCalls(service),
      ...workCalls(service),
      ...eventCalls(service),
      ...bucketCalls(service),
    ]),
    denyPublish: busRoles[service].replaysEvents ? durableCallsOfOthers(service) : [],
    subscribe: unique([
      `${inboxPrefix(service)}.>`,
      ...queryContracts.filter((one) => answererOf(one) === service).map(({ subject }) => subject),
      ...hears.map((audience) => liveSubject(audience, any)),
      ...peers,
    ]),
  };
}

const unique = (subjects: readonly string[]): string[] => [...new Set(subjects)];

const commandsOf = (service: ServiceName): string[] => {
  const { commands = [] } = busRoles[service];
  return commands.length === 0
    ? []
    : [...commands.map((one) => commandSubject(one, any)), commandBatchSubject('*')];
};

/** Who waits for an answer of this service: of a query or, where it works on the commands, of a command. */
const askersOf = (service: ServiceName): ServiceName[] =>
  serviceNames.filter((other) => {
    const { asks = [], commands = [] } = busRoles[other];
    const givesCommands = commands.length > 0 && commandStream.owner === service;
    return givesCommands || asks.some((one) => answererOf(one) === service);
  });

/** Its own streams: made, brought up to date, looked at; and the way back of what was parked. */
function streamCalls(service: ServiceName): string[] {
  const owned = streams.filter(({ owner }) => owner === service);
  const calls = owned.flatMap(({ name }) =>
    ['STREAM.INFO', 'STREAM.CREATE', 'STREAM.UPDATE'].map((call) => api(call, name)),
  );
  if (eventStream.owner === service) calls.push(api('STREAM.MSG.GET', eventStream.name));
  if (calls.length > 0) calls.unshift(api('INFO'));
  if (deadLetterStream.owner !== service) return calls;
  const redrive = ['STREAM.MSG.GET', 'STREAM.MSG.DELETE'].map((call) => api(call, deadLetterStream.name));
  return [...calls, ...redrive, ...workQueues.flatMap(({ subjects }) => subjects)];
}

/** Its own work queue: nobody else has a consumer there. */
const workCalls = (service: ServiceName): string[] =>
  workQueues
    .filter(({ owner }) => owner === service)
    .flatMap(({ name }) => [
      // The filter stands in the subject where there is one, in the body where there are several.
      api('CONSUMER.CREATE', name, '>'),
      api('CONSUMER.DURABLE.CREATE', name, '*'),
      ...['INFO', 'MSG.NEXT', 'RESET', 'UNPIN'].map((call) => api(`CONSUMER.${call}`, name, '*')),
      `$JS.ACK.${name}.>`,
      `dead.${name}.*`,
      ...(name === mediaJobStream.name ? mediaJobStream.subjects : []),
    ]);

/** Reading the event stream: through durable consumers by name, or through consumers that vanish by themselves. */
function eventCalls(service: ServiceName): string[] {
  const { consumes = [], replaysEvents = false, erasesEvents = false } = busRoles[service];
  const { name } = eventStream;
  const durables = consumes.map((contract) => eventDurable(service, contract));
  const calls = durables.flatMap((durable) => [
    ...['DURABLE.CREATE', 'INFO', 'MSG.NEXT'].map((call) => api(`CONSUMER.${call}`, name, durable)),
    `$JS.ACK.${name}.${durable}.>`,
    `dead.${name}.${durable}`,
  ]);
  if (erasesEvents) calls.push(api('STREAM.MSG.DELETE', name));
  if (!replaysEvents) return calls;
  return [
    ...calls,
    api('INFO'),
    api('STREAM.INFO', name),
    api('CONSUMER.CREATE', name),
    ...['INFO', 'MSG.NEXT', 'DELETE'].map((call) => api(`CONSUMER.${call}`, name, '*')),
    `$JS.FC.${name}.>`,
  ];
}

/** Names of consumers that vanish are made up as they come; these are not, and are somebody else's. */
const durableCallsOfOthers = (service: ServiceName): string[] =>
  serviceNames
    .filter((other) => other !== service)
    .flatMap((other) => (busRoles[other].consumes ?? []).map((contract) => eventDurable(other, contract)))
    .flatMap((durable) =>
      ['MSG.NEXT', 'DELETE'].map((call) => api(`CONSUMER.${call}`, eventStream.name, durable)),
    );

const bucketCalls = (service: ServiceName): string[] =>
  (busRoles[service].buckets ?? []).flatMap((bucket) => [
    ...['INFO', 'CREATE', 'UPDATE', 'PURGE', 'MSG.GET'].map((call) => api(`STREAM.${call}`, `KV_${bucket}`)),
    `$KV.${bucket}.>`,
  ]);
