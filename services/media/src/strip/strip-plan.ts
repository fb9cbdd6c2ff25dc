import { MalformedFile } from './byte-window.ts';

/** A stretch of the file that is kept, bytes that stand in its place, or zeros that keep later offsets true. */
export type Piece =
  | { keep: 'range'; from: number; to: number }
  | { keep: 'bytes'; bytes: Uint8Array }
  | { keep: 'zeros'; length: number };

/** No camera or editor writes a file so fragmented; whoever does wants our memory. */
const maxPieces = 10_000;

/** How to write a file again without what must not leave the sender: an ordered list of pieces. */
export class StripPlan {
  readonly pieces: Piece[] = [];

  range(from: number, to: number): void {
    if (to <= from) return;
    const last = this.pieces.at(-1);
    if (last?.keep === 'range' && last.to === from) last.to = to;
    else this.add({ keep: 'range', from, to });
  }

  bytes(bytes: Uint8Array): void {
    this.add({ keep: 'bytes', bytes: Uint8Array.from(bytes) });
  }

  zeros(length: number): void {
    if (length > 0) this.add({ keep: 'zeros', length });
  }

  get size(): number {
    return this.pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  }

  private add(piece: Piece): void {
    if (this.pieces.length >= maxPieces) throw new MalformedFile('too many pieces');
    this.pieces.push(piece);
  }
}

export function sizeOf(piece: Piece): number {
  if (piece.keep === 'range') return piece.to - piece.from;
  return piece.keep === 'bytes' ? piece.bytes.length : piece.length;
}
