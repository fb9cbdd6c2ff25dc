import { Problem } from '@storm/runtime';
import { WorkQueue } from './work-queue.ts';

const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

test('works on as many at once as it may, in the order in which they came', async () => {
  const queue = new WorkQueue({ concurrency: 2, maxWaiting: 10 });
  const gates = Array.from({ length: 5 }, gate);
  const started: number[] = [];
  const tasks = gates.map((one, index) =>
    queue.run(() => {
      started.push(index);
      return one.opened;
    }),
  );
  expect([started, queue.waiting]).toEqual([[0, 1], 3]);
  gates[1]?.open();
  await tasks[1];
  expect(started).toEqual([0, 1, 2]);
  for (const one of gates) one.open();
  await Promise.all(tasks);
  expect([started, queue.waiting]).toEqual([[0, 1, 2, 3, 4], 0]);
});

test('refuses at once what it cannot take, and says when to come again', async () => {
  const queue = new WorkQueue({ concurrency: 1, maxWaiting: 1 });
  const { opened, open } = gate();
  const taken = [queue.run(() => opened), queue.run(() => opened)];
  const refusal = await queue.run(() => opened).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ slug: 'busy', status: 503, options: { retryAfterMs: 500 } });
  open();
  await Promise.all(taken);
});

test('a task that fails gives its place back', async () => {
  const queue = new WorkQueue({ concurrency: 1, maxWaiting: 1 });
  await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(queue.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
});
