/** What waits for it waits until it is free, whether it came before or after. */
export function heldUp(): { readonly isFree: Promise<void>; free(): void } {
  let free = (): void => undefined;
  const isFree = new Promise<void>((resolve) => {
    free = resolve;
  });
  return { isFree, free };
}
