import { decode } from 'blurhash';
import { useLayoutEffect, useRef } from 'preact/hooks';

const sizePx = 32;

/** A picture's colours, from the few letters that stand for them while it is being loaded. */
export function Blurred({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const drawing = canvas.current?.getContext('2d');
    if (!drawing) return;
    const pixels = drawing.createImageData(sizePx, sizePx);
    pixels.data.set(decode(hash, sizePx, sizePx));
    drawing.putImageData(pixels, 0, 0);
  }, [hash]);
  return <canvas ref={canvas} class="blurred" width={sizePx} height={sizePx} />;
}
