import { commandBatchSubject, maxBatchedCommands } from '../command-batch.ts';
import {
  commandSubject,
  conversationCommands,
  processMedia,
  processMediaSubject,
  replyHeader,
  sendMessage,
} from '../commands.ts';
import { commandExamples, processMediaExample } from '../examples/index.ts';
import type { ConversationId, MediaId } from '../ids.ts';
import { commandStream, mediaJobStream } from '../streams.ts';
import {
  describeChannel,
  describeMessage,
  describeOperation,
  joinParts,
  messagesOf,
  type Part,
} from './part.ts';
import { problemMessage } from './problem.ts';

const replyAddress = {
  location: `$message.header#/${replyHeader}`,
  description: 'The inbox that the command names',
};
const headers = {
  type: 'object',
  properties: {
    [replyHeader]: {
      type: 'string',
      description:
        'The inbox that is told the outcome after the commit. Of an inbox `….batch.TOKEN` several outcomes may come at once: as a list of [TOKEN, 0, answer] or [TOKEN, 1, problem] on `….batch.-`',
    },
  },
};

const describeCommand = (contract: (typeof conversationCommands)[number]): Part => {
  const { verb, summary, data, answer } = contract;
  const [channel, replies, done] = [`command.${verb}`, `reply.${verb}`, `${verb}.done`];
  const example = commandExamples[verb];
  return {
    messages: {
      [verb]: describeMessage(verb, { title: verb, summary, payload: data, headers, example: example.data }),
      [done]: describeMessage(done, {
        title: `The answer to ${verb}, after the commit`,
        payload: answer,
        example: example.answer,
      }),
    },
    channels: {
      [channel]: describeChannel({
        address: commandSubject(contract, '{conversationId}' as ConversationId),
        title: summary,
        server: 'bus',
        messages: [verb],
        more: { 'x-stream': commandStream.name },
      }),
      [replies]: describeChannel({
        address: null,
        title: `Answers to ${verb}`,
        server: 'bus',
        messages: [done, problemMessage],
      }),
    },
    operations: {
      [`message.work.${verb}`]: describeOperation({
        action: 'receive',
        by: commandStream.owner,
        channel,
        summary,
        messages: [verb],
        reply: {
          address: replyAddress,
          channel: { $ref: `#/channels/${replies}` },
          messages: messagesOf(replies, [done, problemMessage]),
        },
      }),
    },
  };
};

const mediaJob: Part = {
  messages: {
    'process-media': describeMessage('process-media', {
      title: 'A finished upload is to be processed',
      payload: processMedia.data,
      example: processMediaExample,
    }),
  },
  channels: {
    'job.process-media': describeChannel({
      address: processMediaSubject('{mediaId}' as MediaId),
      title: processMedia.summary,
      server: 'bus',
      messages: ['process-media'],
      more: { 'x-stream': mediaJobStream.name },
    }),
  },
  operations: {
    'media.work.process-media': describeOperation({
      action: 'receive',
      by: mediaJobStream.owner,
      channel: 'job.process-media',
      summary: processMedia.summary,
      messages: ['process-media'],
    }),
  },
};

/** Several commands of one partition in one message; each is what it is by itself. */
const commandBatch: Part = {
  messages: {
    'command-batch': describeMessage('command-batch', {
      title: 'Commands that leave together',
      payload: {
        type: 'array',
        minItems: 1,
        maxItems: maxBatchedCommands,
        items: {
          type: 'array',
          minItems: 3,
          maxItems: 3,
          prefixItems: [
            { type: 'string', description: 'The token under which the outcome is told' },
            { type: 'string', enum: conversationCommands.map(({ verb }) => verb) },
            { type: 'object', description: 'The data of the command' },
          ],
        },
      },
      headers,
      example: [['7k', sendMessage.verb, commandExamples[sendMessage.verb].data]],
    }),
  },
  channels: {
    'command.batch': describeChannel({
      address: commandBatchSubject('{partition}'),
      title: 'Commands of the conversations of one partition, in order',
      server: 'bus',
      messages: ['command-batch'],
      more: { 'x-stream': commandStream.name },
    }),
  },
  operations: {
    'message.work.batch': describeOperation({
      action: 'receive',
      by: commandStream.owner,
      channel: 'command.batch',
      summary: 'Carry out each, and answer each under its token',
      messages: ['command-batch'],
    }),
  },
};

/** Work that waits in a stream until it is done. */
export const describeCommands = (): Part =>
  joinParts([...conversationCommands.map(describeCommand), commandBatch, mediaJob]);
