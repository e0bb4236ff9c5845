import { scaleLog } from "@visx/scale";
import type { ReactElement } from "react";
import { count, duration } from "../format/numbers";
import { stepName } from "../format/words";
import type { Steps } from "../tiles/LatencyTile";
import { Frame } from "./Frame";
import { useCursor } from "./useCursor";
import { rem, useSize } from "./useSize";

const LEFT_REM = 5.4;
const RIGHT_REM = 1.2;
const FOOT_REM = 1.5;
/** Where people think in steps of time: each of them a tick where there is room. */
const TICKS_MS = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 864_000_000];
const MARKS = ["medianMs", "p95Ms", "p99Ms"] as const;

/** From median to 99th percentile of each step, on a logarithmic axis: steps differ by powers of ten. */
export default function LatencyChart({ steps }: { steps: Steps }): ReactElement {
  const [box, size] = useSize<HTMLDivElement>();
  const unit = rem();
  const left = LEFT_REM * unit;
  const room = size ? size.height - FOOT_REM * unit : 1;
  const line = room / Math.max(steps.length, 1);
  const pointed = (_: number, y: number): number | null =>
    y < 0 || y >= room ? null : Math.min(Math.floor(y / line), steps.length - 1);
  const sideways = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
  const [cursor, handlers] = useCursor(steps.length, pointed, sideways);
  const read = cursor.at === null ? undefined : steps[cursor.at];
  const xs = scaleLog<number>({ domain: domainOf(steps), range: [left, (size?.width ?? left + 1) - RIGHT_REM * unit] });
  const reading =
    read && size
      ? {
          text: textOf(read),
          tip: <Tip step={read} />,
          x: size.width * 0.35,
          y: (cursor.at ?? 0) * line,
          width: size.width,
        }
      : null;
  return (
    <div className="latency">
      <Frame box={box} label="Time to each step." cursor={cursor} handlers={handlers} reading={reading}>
        {size && (
          <svg width={size.width} height={size.height} aria-hidden="true">
            {ticksWithin(xs, 3.2 * unit).map((value) => (
              <g key={value}>
                <line className="grid" x1={xs(value)} x2={xs(value)} y1={0} y2={room} />
                <text className="tick" x={xs(value)} y={size.height - 0.35 * unit} textAnchor="middle">
                  {duration(value)}
                </text>
              </g>
            ))}
            {steps.map((step, index) => (
              <StepDrawn key={step.step} step={step} xs={xs} y={(index + 0.5) * line} read={index === cursor.at} />
            ))}
          </svg>
        )}
      </Frame>
      <p className="latency-legend" aria-hidden="true">
        {["Median", "95 %", "99 %"].map((name, index) => (
          <span key={name} data-mark={MARKS[index]}>
            {name}
          </span>
        ))}
      </p>
    </div>
  );
}

type Xs = ReturnType<typeof scaleLog<number>>;

function StepDrawn({ step, xs, y, read }: { step: Steps[number]; xs: Xs; y: number; read: boolean }): ReactElement {
  const marks = MARKS.map((mark) => ({ mark, value: step.sinceCreated[mark] })).filter(({ value }) => value !== null);
  const at = (value: number | null): number => xs(Math.max(value ?? 1, 1));
  return (
    <g className="latency-step" data-read={read || undefined}>
      <text className="tick strong" x={0} y={y} dy="0.35em">
        {stepName(step.step)}
      </text>
      <line
        className="latency-span"
        x1={at(step.sinceCreated.medianMs)}
        x2={at(step.sinceCreated.p99Ms)}
        y1={y}
        y2={y}
      />
      {marks.map(({ mark, value }) => (
        <circle key={mark} data-mark={mark} cx={at(value)} cy={y} />
      ))}
    </g>
  );
}

function Tip({ step: { step, sinceCreated: took } }: { step: Steps[number] }): ReactElement {
  return (
    <>
      <p className="tip-head">
        {stepName(step)} · {count(took.count)} told
      </p>
      <dl className="tip-rows">
        <div>
          <dt>Median</dt>
          <dd>{duration(took.medianMs)}</dd>
        </div>
        <div>
          <dt>95 % within</dt>
          <dd>{duration(took.p95Ms)}</dd>
        </div>
        <div>
          <dt>99 % within</dt>
          <dd>{duration(took.p99Ms)}</dd>
        </div>
        <div>
          <dt>Mean</dt>
          <dd>{duration(took.averageMs)}</dd>
        </div>
      </dl>
    </>
  );
}

function textOf({ step, sinceCreated: took }: Steps[number]): string {
  const [median, p95, p99] = MARKS.map((mark) => duration(took[mark]));
  return `${stepName(step)}. Median ${median}, 95 percent within ${p95}, 99 percent within ${p99}`;
}

function domainOf(steps: Steps): [number, number] {
  const known = steps.flatMap((step) => MARKS.map((mark) => step.sinceCreated[mark])).filter((value) => value !== null);
  const least = Math.max(Math.min(...known, Infinity), 1);
  const most = Math.max(...known, 1);
  return Number.isFinite(least) ? [least / 1.4, Math.max(most * 1.2, least * 10)] : [1, 1_000];
}

/** The ticks that fit, from the left, with some distance between them. */
function ticksWithin(xs: Xs, distance: number): number[] {
  const [least = 1, most = 1] = xs.domain();
  const kept: number[] = [];
  for (const value of TICKS_MS) {
    const before = kept.at(-1);
    if (value < least || value > most || (before !== undefined && xs(value) - xs(before) < distance)) continue;
    kept.push(value);
  }
  return kept;
}
