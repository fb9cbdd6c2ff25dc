const pieceBytes = 64 * 1_024;

/** The same bytes as a stream that says how many of them have been taken. */
export function countedStream(
  data: Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  onCount: (takenBytes: number) => void = () => undefined,
): ReadableStream<Uint8Array> {
  const pieces = piecesOf(data)[Symbol.asyncIterator]();
  let taken = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await pieces.next();
        onCount(taken);
        if (next.done) return controller.close();
        taken += next.value.byteLength;
        controller.enqueue(next.value);
      },
      async cancel() {
        await pieces.return?.(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf(
  data: Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (data instanceof Uint8Array) {
    for (let at = 0; at < data.byteLength; at += pieceBytes) yield data.subarray(at, at + pieceBytes);
    return;
  }
  const stream = data instanceof Blob ? data.stream() : data;
  if (Symbol.asyncIterator in stream) return yield* stream as AsyncIterable<Uint8Array>;
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
