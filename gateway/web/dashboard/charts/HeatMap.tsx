import { useMemo, type ReactElement } from "react";
import { count, NONE, tick } from "../format/numbers";
import { WEEKDAYS } from "../format/time";
import { Zec, zecText } from "../format/Zec";
import type { PeakHours } from "../tiles/PeakTile";
import { Frame } from "./Frame";
import { useCursor } from "./useCursor";
import { rem, useSize } from "./useSize";

const HOURS = 24;
const LEFT_REM = 2.6;
const FOOT_REM = 1.5;
const GAP = 2;
/** Shades that can be told apart; zero has one of its own. */
const SHADES = 6;
const LABELLED_EVERY = 3;

/** Weekdays down, hours across, darker where more is decided in an average hour. */
export default function HeatMap({ hours }: { hours: PeakHours }): ReactElement {
  const [box, size] = useSize<HTMLDivElement>();
  const left = LEFT_REM * rem();
  const cellWidth = size ? Math.max(size.width - left, 1) / HOURS : 1;
  const cellHeight = size ? Math.max(size.height - FOOT_REM * rem(), 1) / WEEKDAYS.length : 1;
  const pointed = (x: number, y: number): number | null => {
    const [column, row] = [Math.floor((x - left) / cellWidth), Math.floor(y / cellHeight)];
    return column < 0 || column >= HOURS || row < 0 || row >= WEEKDAYS.length ? null : row * HOURS + column;
  };
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: HOURS, ArrowUp: -HOURS };
  const [cursor, handlers] = useCursor(hours.length, pointed, steps);
  const shades = useMemo(() => shadesOf(hours), [hours]);
  const read = cursor.at === null ? undefined : hours[cursor.at];
  const x = left + (((cursor.at ?? 0) % HOURS) + 0.5) * cellWidth;
  const y = Math.floor((cursor.at ?? 0) / HOURS) * cellHeight;
  const reading = read && size ? { text: textOf(read), tip: <Tip hour={read} />, x, y, width: size.width } : null;
  return (
    <div className="heat">
      <Frame
        box={box}
        className="heat-chart"
        label="Transactions per average hour, by weekday and hour of the day."
        cursor={cursor}
        handlers={handlers}
        reading={reading}
      >
        {size && (
          <svg width={size.width} height={size.height} aria-hidden="true">
            {shades.map((shade, index) => (
              <rect
                key={index}
                className="heat-cell"
                data-shade={shade}
                data-read={index === cursor.at || undefined}
                x={left + (index % HOURS) * cellWidth + GAP / 2}
                y={Math.floor(index / HOURS) * cellHeight + GAP / 2}
                width={Math.max(cellWidth - GAP, 1)}
                height={Math.max(cellHeight - GAP, 1)}
                rx={2}
              />
            ))}
            {WEEKDAYS.map((name, row) => (
              <text key={name} className="tick" x={0} y={(row + 0.5) * cellHeight} dy="0.35em">
                {name}
              </text>
            ))}
            {Array.from({ length: HOURS / LABELLED_EVERY }, (_, index) => index * LABELLED_EVERY).map((hour) => (
              <text
                key={hour}
                className="tick"
                x={left + (hour + 0.5) * cellWidth}
                y={size.height - 0.35 * rem()}
                textAnchor="middle"
              >
                {String(hour).padStart(2, "0")}
              </text>
            ))}
          </svg>
        )}
      </Frame>
      <Legend hours={hours} />
    </div>
  );
}

function Legend({ hours }: { hours: PeakHours }): ReactElement {
  const most = Math.max(...hours.map((hour) => hour.averageTransactions ?? 0));
  return (
    <p className="heat-legend" aria-hidden="true">
      <span>0</span>
      <svg viewBox={`0 0 ${(SHADES + 1) * 10} 8`}>
        {Array.from({ length: SHADES + 1 }, (_, shade) => (
          <rect
            key={shade}
            className="heat-cell"
            data-shade={shade}
            x={shade * 10 + 0.5}
            width={9}
            height={8}
            rx={1.5}
          />
        ))}
      </svg>
      <span>{tick(most)} an hour</span>
    </p>
  );
}

function Tip({ hour }: { hour: PeakHours[number] }): ReactElement {
  return (
    <>
      <p className="tip-head">{nameOf(hour)}</p>
      <dl className="tip-rows">
        <div>
          <dt>An hour, on average</dt>
          <dd>{hour.averageTransactions === null ? NONE : tick(hour.averageTransactions)}</dd>
        </div>
        <div>
          <dt>In all, in {count(hour.occurrenceCount)} of them</dt>
          <dd>{count(hour.transactionCount)}</dd>
        </div>
        <div>
          <dt>Revenue, ZEC</dt>
          <dd>
            <Zec amount={hour.revenue.zec} />
          </dd>
        </div>
      </dl>
    </>
  );
}

function nameOf({ weekday, hour }: PeakHours[number]): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${WEEKDAYS[(weekday ?? 1) - 1]} ${two(hour)}:00–${two((hour + 1) % HOURS)}:00`;
}

function textOf(hour: PeakHours[number]): string {
  const average = hour.averageTransactions === null ? "does not occur" : `${tick(hour.averageTransactions)} an hour`;
  return `${nameOf(hour)}. ${average}, ${count(hour.transactionCount)} in all, ${zecText(hour.revenue.zec)}`;
}

function shadesOf(hours: PeakHours): (number | "none")[] {
  const most = Math.max(...hours.map((hour) => hour.averageTransactions ?? 0));
  return hours.map(({ averageTransactions: average }) => {
    if (average === null) return "none";
    return average === 0 ? 0 : Math.max(1, Math.ceil((average / most) * SHADES));
  });
}
