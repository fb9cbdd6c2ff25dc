import { type BatchedCommand, commandBatchSubject, replyHeader } from '@storm/contracts';
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
  const outcomeOf = (command: Submitted): unknown => {
    seen.push(command);
    return decide(command);
  };
  bus.connection.subscribe('command.conversation.*.*', {
    callback(_error, message) {
      const answer = outcomeOf({ verb: message.subject.split('.')[3] ?? '', data: message.json() });
      const inbox = message.headers?.get(replyHeader);
      if (answer === null || inbox === undefined) return;
      if (answer instanceof Problem) {
        bus.connection.publish(inbox, JSON.stringify(answer.toBody()), { headers: problemHeaders });
      } else bus.connection.publish(inbox, JSON.stringify(answer));
    },
  });
  bus.connection.subscribe(commandBatchSubject('*'), {
    callback(_error, message) {
      const outcomes = message.json<BatchedCommand[]>().flatMap(([token, verb, data]) => {
        const answer = outcomeOf({ verb, data: data as Submitted['data'] });
        if (answer === null) return [];
        return [answer instanceof Problem ? [token, 1, answer.toBody()] : [token, 0, answer]];
      });
      bus.connection.publish(message.headers?.get(replyHeader) ?? '', JSON.stringify(outcomes));
    },
  });
  return seen;
}
