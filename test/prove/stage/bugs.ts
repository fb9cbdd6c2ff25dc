import type { Bug } from '../proof.ts';
import { patchBug } from './patch-bug.ts';

/** The look-up in the store function compares with a key that nobody has, and nothing else stops a second copy. */
export const skipDedupe: Bug = {
  name: 'skip-dedupe',
  what: 'keys are no longer looked up: a command that comes again is stored again',
  shows: ['duplicated'],
  async plant(stage) {
    const constraint = 'message_conversation_id_sender_id_key_key';
    const [row] = await stage.query<{ source: string }>(
      `select pg_get_functiondef('message.store_messages'::regproc) as source`,
    );
    const source = row?.source ?? '';
    const spoiled = source.replace('m.key = i.key', "m.key = i.key || '-never'");
    if (spoiled === source) throw new Error('the look-up that the bug removes was not found');
    await stage.query(`alter table message.message drop constraint ${constraint}`);
    await stage.query(spoiled);
    return async () => {
      await stage.query(source);
      await stage.query('delete from message.message');
      await stage.query('update message.conversation set last_seq = 0');
      await stage.query(
        `alter table message.message add constraint ${constraint} unique (conversation_id, sender_id, key)`,
      );
    };
  },
};

export const noReplay = patchBug({
  name: 'no-replay',
  what: 'a gateway lets a socket go live without what came after its cursor',
  shows: ['missed'],
  service: 'gateway',
  file: 'realtime/subscriber.js',
  from: 'await this.#catchUp(decodeCursor(cursor));',
  to: ';',
});

export const dropEvent = patchBug({
  name: 'drop-event',
  what: 'one stored event in fifty is never told',
  shows: ['missed'],
  service: 'message',
  file: 'consumers/tell-outcome.js',
  from: 'if (events.length === 0)',
  to: 'if (events.length === 0 || Math.random() < 0.02)',
});
