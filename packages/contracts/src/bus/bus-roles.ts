import { type CommandContract, conversationCommands } from '../commands.ts';
import { type Audience, type EventContract } from '../event-contract.ts';
import { messageChanged, messageStored } from '../events.ts';
import * as queries from '../queries.ts';
import type { ServiceName } from '../services.ts';

/**
 * What a service does on the bus beyond what the contracts say by themselves. They say who publishes an event
 * (`source`), who owns a stream (`owner`) and who answers a query (the second word of its subject); whoever owns a
 * work queue works on it.
 */
export interface BusRole {
  /** Commands that it gives; the answers come to its inbox. */
  readonly commands?: readonly CommandContract[];
  /** Queries that it asks. */
  readonly asks?: readonly { readonly subject: string }[];
  /** Whose events it hears live. */
  readonly hears?: readonly Audience[];
  /** Reads the event stream through short-lived consumers of its own, for whoever was away. */
  readonly replaysEvents?: boolean;
  /** Takes single events out of the stream: what a deleted message said. */
  readonly erasesEvents?: boolean;
  /** Events that its replicas take one by one, through a durable consumer each. */
  readonly consumes?: readonly EventContract[];
  /** Key-value buckets of its own. */
  readonly buckets?: readonly string[];
  /** Its replicas tell one another who types and who is there. */
  readonly hasSignals?: boolean;
  /** Its replicas tell one another that they are alive. */
  readonly hasPeers?: boolean;
}

export const busRoles: Readonly<Record<ServiceName, BusRole>> = {
  gateway: {
    commands: conversationCommands,
    asks: [
      queries.listConversations,
      queries.getConversation,
      queries.listMessages,
      queries.listEarlierTexts,
      queries.listReceipts,
      queries.mayReadMedia,
      queries.findPeers,
      queries.searchMessages,
      queries.listMemberships,
      queries.isMember,
      queries.unreadCounts,
      queries.openUpload,
      queries.finishUpload,
      queries.abortUpload,
      queries.getMedia,
      queries.openDownload,
      queries.listInbox,
      queries.readInbox,
    ],
    hears: ['conversation', 'user'],
    replaysEvents: true,
    hasSignals: true,
  },
  user: {},
  message: { hasPeers: true, replaysEvents: true, erasesEvents: true },
  media: { buckets: ['media', 'media-slots'] },
  notification: { asks: [queries.listMembers], consumes: [messageStored, messageChanged] },
};

/** The durable consumer of an event type, one for all replicas of a service. */
export const eventDurable = (service: ServiceName, contract: EventContract): string =>
  `${service}-${contract.type.replaceAll('.', '-')}`;

/** Where the replicas of a service hear one another. */
export const peerSubject = (service: ServiceName): string => `peer.${service}.alive`;

/** What every inbox of a service's connections begins with. */
export const inboxPrefix = (service: ServiceName): string => `_INBOX_${service}`;

/** The service that answers a query. */
export const answererOf = ({ subject }: { readonly subject: string }): string => subject.split('.')[1] ?? '';
