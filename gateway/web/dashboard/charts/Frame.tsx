import type { ReactElement, ReactNode, RefObject } from "react";
import type { Cursor } from "./useCursor";

interface FrameProps {
  box: RefObject<HTMLDivElement | null>;
  /** What the chart shows, in one sentence. */
  label: string;
  cursor: Cursor;
  handlers: object;
  /** What the mark under the cursor says, as text and as a small table. */
  reading: { text: string; tip: ReactNode; x: number; y: number; width: number } | null;
  className?: string;
  children: ReactNode;
}

/** Around each chart: focus, keys, the note at the cursor, and what a screen reader is told. */
export function Frame({ box, label, cursor, handlers, reading, className = "", children }: FrameProps): ReactElement {
  const right = reading !== null && reading.x > reading.width / 2;
  return (
    <div
      ref={box}
      className={`chart ${className}`}
      role="group"
      aria-roledescription="chart"
      aria-label={`${label} Arrow keys read it value by value.`}
      tabIndex={0}
      {...handlers}
    >
      {children}
      {reading && (
        <div
          className="tip"
          data-side={right ? "left" : "right"}
          style={{ transform: `translate(${Math.round(reading.x)}px, ${Math.round(reading.y)}px)` }}
          aria-hidden="true"
        >
          <div className="tip-box">{reading.tip}</div>
        </div>
      )}
      <p className="sr-only" aria-live="polite">
        {cursor.byKey && reading ? reading.text : ""}
      </p>
    </div>
  );
}
