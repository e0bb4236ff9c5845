import type { ReactElement, ReactNode } from "react";

/** A table's cell with a bar under its text; `part` is 0 to 1, of the longest bar or of the whole. */
export function InBar({ part, series, children }: { part: number; series: string; children: ReactNode }): ReactElement {
  return (
    <span className="inbar" data-series={series}>
      <span className="inbar-text">{children}</span>
      <span className="inbar-track" aria-hidden="true">
        <span className="inbar-fill" style={{ transform: `scaleX(${Math.min(Math.max(part, 0), 1)})` }} />
      </span>
    </span>
  );
}
