import { useCallback, useState, type KeyboardEvent, type PointerEvent } from "react";

export interface Cursor {
  /** Which mark is read; null for none. */
  at: number | null;
  /** Whether it was moved by key, so that it is to be read out. */
  byKey: boolean;
}

interface Handlers {
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onBlur: () => void;
}

const NOWHERE: Cursor = { at: null, byKey: false };

/**
 * Reads a chart mark by mark, with the pointer or with the arrow keys. `pointed` tells the mark at a place within the
 * chart; `steps` how far each arrow goes.
 */
export function useCursor(
  count: number,
  pointed: (x: number, y: number) => number | null,
  steps: { ArrowRight: number; ArrowLeft: number; ArrowDown?: number; ArrowUp?: number },
): [Cursor, Handlers] {
  const [cursor, setCursor] = useState(NOWHERE);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = pointed(event.clientX - box.left, event.clientY - box.top);
    if (at !== cursor.at || cursor.byKey) setCursor({ at, byKey: false });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const to = target(event.key, cursor.at, count, steps);
    if (to === undefined) return;
    event.preventDefault();
    setCursor(to === null ? NOWHERE : { at: to, byKey: true });
  };
  const leave = useCallback(() => setCursor(NOWHERE), []);
  return [cursor, { onPointerMove, onPointerLeave: leave, onKeyDown, onBlur: leave }];
}

/** Undefined for a key that means nothing here. */
function target(
  key: string,
  at: number | null,
  count: number,
  steps: Partial<Record<string, number>>,
): number | null | undefined {
  if (key === "Escape") return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined || count === 0) return undefined;
  if (at === null) return step > 0 ? 0 : count - 1;
  const to = at + step;
  return to >= 0 && to < count ? to : at;
}
