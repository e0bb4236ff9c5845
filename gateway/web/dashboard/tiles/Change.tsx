import type { ReactElement } from "react";
import type { TileChangeFragment } from "../../generated/graphql";
import { signed } from "../format/numbers";

const ARROWS = { UP: "▲", DOWN: "▼", FLAT: "■" } as const;
const REASONS = {
  ZERO_BASE: { short: "from zero", long: "The period before has zero, so there is no percentage." },
  NO_DATA: { short: "no data", long: "One of the two periods has nothing to compare." },
} as const;

type Changed = Pick<TileChangeFragment, "changePercent" | "direction" | "reason">;

/** Where a figure went: an arrow, a sign and a number, or why there is none. Never colour alone. */
export function Change({ of, points }: { of: Changed; points?: number | null }): ReactElement {
  const { changePercent, direction, reason } = of;
  const value = points === undefined ? changePercent : points;
  if (value === null || direction === null) {
    const why = REASONS[reason ?? "NO_DATA"];
    return (
      <span className="change" data-direction={direction ?? "NONE"} title={why.long}>
        {direction && direction !== "FLAT" && <span aria-hidden="true">{ARROWS[direction]} </span>}
        {why.short}
      </span>
    );
  }
  return (
    <span className="change" data-direction={direction}>
      <span aria-hidden="true">{ARROWS[direction]} </span>
      {signed(value, points === undefined ? "%" : "pp")}
    </span>
  );
}
