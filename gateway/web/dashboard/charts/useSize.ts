import { useLayoutEffect, useRef, useState, type RefObject } from "react";

export interface Size {
  width: number;
  height: number;
}

/** How much room an element has. Null before it is known: then nothing is drawn yet, and nothing jumps. */
export function useSize<Of extends HTMLElement>(): [RefObject<Of | null>, Size | null] {
  const element = useRef<Of>(null);
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    if (!element.current) return;
    const measure = (width: number, height: number): void =>
      setSize((known) => (known?.width === width && known.height === height ? known : { width, height }));
    const { clientWidth, clientHeight } = element.current;
    measure(clientWidth, clientHeight);
    const observer = new ResizeObserver(([entry]) => {
      if (entry) measure(Math.floor(entry.contentRect.width), Math.floor(entry.contentRect.height));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, size];
}

/** What 1rem is here: charts grow with the type on a large screen. */
export const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);
