import { replyHeader } from '@storm/contracts';
import { type Bus, encodeHeaders, Problem } from '@storm/runtime';

export interface Submitted {
  readonly verb: string;
  readonly data: Record<string, unknown>;
}

/**
 * Answers commands as the message service does after its commit: over the inbox that the command names.
 * `decide` gives the answer, a Problem, or null to stay silent.
 */
export function answerCommands(bus: Bus, decide: (command: Submitted) => unknown): Submitted[] {
  const seen: Submitted[] = [];
  const problemHeaders = encodeHeaders({ 'Storm-Problem': '1' });
  bus.connection.subscribe('command.conversation.*.*', {
    callback(_error, message) {
      const command = { verb: message.subject.split('.')[3] ?? '', data: message.json<Submitted['data']>() };
      seen.push(command);
      const answer = decide(command);
      const inbox = message.headers?.get(replyHeader);
      if (answer === null || inbox === undefined) return;
      if (answer instanceof Problem) {
        bus.connection.publish(inbox, JSON.stringify(answer.toBody()), { headers: problemHeaders });
      } else bus.connection.publish(inbox, JSON.stringify(answer));
    },
  });
  return seen;
}
