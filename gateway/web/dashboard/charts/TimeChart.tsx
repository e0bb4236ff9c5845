import { scaleBand, scaleLinear } from "@visx/scale";
import { AreaClosed, LinePath } from "@visx/shape";
import { memo, type ReactElement, type ReactNode } from "react";
import { Frame } from "./Frame";
import { useCursor } from "./useCursor";
import { rem, useSize, type Size } from "./useSize";

export interface Layer {
  kind: "area" | "line" | "bars" | "marks";
  series: string;
  values: (number | null)[];
  /** Whether the last value is of a bucket that still runs. */
  running?: boolean;
}

export interface Panel {
  /** Its part of the height. */
  weight: number;
  domain: [number, number];
  tick: (value: number) => string;
  layers: Layer[];
}

interface TimeChartProps {
  label: string;
  panels: Panel[];
  /** The name of each bucket on the axis. */
  ticks: string[];
  text: (index: number) => string;
  tip: (index: number) => ReactNode;
}

interface Laid {
  panel: Panel;
  top: number;
  height: number;
}

const AXIS_REM = 3.4;
const FOOT_REM = 1.5;
const GAP_REM = 1.1;
const TICK_REM = 4.2;
const GRID_REM = 2.6;

/** Panels over one axis of time: lines and areas through the middle of the buckets, bars and marks within them. */
export function TimeChart({ label, panels, ticks, text, tip }: TimeChartProps): ReactElement {
  const [box, size] = useSize<HTMLDivElement>();
  const left = AXIS_REM * rem();
  const count = ticks.length;
  const band = size ? Math.max(size.width - left, 1) / Math.max(count, 1) : 1;
  const pointed = (x: number): number | null =>
    x < left || count === 0 ? null : Math.min(Math.floor((x - left) / band), count - 1);
  const [cursor, handlers] = useCursor(count, pointed, { ArrowRight: 1, ArrowLeft: -1 });
  const at = cursor.at !== null && cursor.at < count ? cursor.at : null;
  const x = at === null ? 0 : left + band * (at + 0.5);
  const reading = at === null || !size ? null : { text: text(at), tip: tip(at), x, y: 0, width: size.width };
  return (
    <Frame box={box} label={label} cursor={cursor} handlers={handlers} reading={reading}>
      {size && (
        <svg width={size.width} height={size.height} aria-hidden="true">
          <Drawn size={size} panels={panels} ticks={ticks} />
          {at !== null && <line className="crosshair" x1={x} x2={x} y1={0} y2={size.height - FOOT_REM * rem()} />}
        </svg>
      )}
    </Frame>
  );
}

/** All but the cursor, so that moving it draws nothing else. */
const Drawn = memo(function Drawn({
  size,
  panels,
  ticks,
}: {
  size: Size;
  panels: Panel[];
  ticks: string[];
}): ReactElement {
  const unit = rem();
  const left = AXIS_REM * unit;
  const laid = layOut(panels, size.height - FOOT_REM * unit, GAP_REM * unit);
  const xs = scaleBand<number>({ domain: ticks.map((_, index) => index), range: [left, size.width] });
  const every = Math.max(1, Math.ceil((TICK_REM * unit) / xs.bandwidth()));
  return (
    <>
      {laid.map(({ panel, top, height }, index) => (
        <g key={index} transform={`translate(0 ${top})`}>
          <PanelDrawn panel={panel} height={height} xs={xs} left={left} width={size.width} unit={unit} />
        </g>
      ))}
      {ticks.map((tick, index) =>
        index % every === 0 && (index === 0 || (xs(index) ?? 0) + (TICK_REM * unit) / 2 < size.width) ? (
          <text
            key={index}
            className="tick"
            x={(xs(index) ?? 0) + xs.bandwidth() / 2}
            y={size.height - 0.35 * unit}
            textAnchor={xs.bandwidth() < 2 * unit && index === 0 ? "start" : "middle"}
          >
            {tick}
          </text>
        ) : null,
      )}
    </>
  );
});

function layOut(panels: Panel[], height: number, gap: number): Laid[] {
  const whole = panels.reduce((sum, panel) => sum + panel.weight, 0);
  const room = Math.max(height - gap * (panels.length - 1) - 8, 10);
  let top = 8;
  return panels.map((panel) => {
    const laid = { panel, top, height: (room * panel.weight) / whole };
    top += laid.height + gap;
    return laid;
  });
}

interface PanelProps {
  panel: Panel;
  height: number;
  xs: ReturnType<typeof scaleBand<number>>;
  left: number;
  width: number;
  unit: number;
}

function PanelDrawn({ panel, height, xs, left, width, unit }: PanelProps): ReactElement {
  const lines = Math.max(2, Math.min(5, Math.floor(height / (GRID_REM * unit))));
  const ys = scaleLinear<number>({ domain: panel.domain, range: [height, 0] });
  return (
    <>
      {ys.ticks(lines).map((value) => (
        <g key={value}>
          <line className="grid" x1={left} x2={width} y1={ys(value)} y2={ys(value)} />
          <text className="tick" x={left - 0.5 * unit} y={ys(value)} dy="0.33em" textAnchor="end">
            {panel.tick(value)}
          </text>
        </g>
      ))}
      {panel.layers.map((layer) => (
        <LayerDrawn key={layer.series} layer={layer} xs={xs} ys={ys} />
      ))}
    </>
  );
}

interface LayerProps {
  layer: Layer;
  xs: ReturnType<typeof scaleBand<number>>;
  ys: ReturnType<typeof scaleLinear<number>>;
}

function LayerDrawn({ layer, xs, ys }: LayerProps): ReactElement {
  const { kind, series, values } = layer;
  const width = xs.bandwidth();
  const x = (_: unknown, index: number): number => (xs(index) ?? 0) + width / 2;
  const y = (value: number | null): number => ys(value ?? 0);
  const defined = (value: number | null): boolean => value !== null;
  if (kind === "bars" || kind === "marks") {
    const thick = kind === "bars" ? Math.max(width * 0.62, 1) : Math.max(width * 0.86, 2);
    return (
      <g className={kind} data-series={series}>
        {values.map((value, index) =>
          value === null ? null : (
            <rect
              key={index}
              x={x(value, index) - thick / 2}
              width={thick}
              y={y(value)}
              height={kind === "bars" ? Math.max(ys(0) - y(value), 0) : 2}
              rx={kind === "bars" ? Math.min(thick / 4, 2) : 0}
            />
          ),
        )}
      </g>
    );
  }
  return (
    <g className="lines" data-series={series}>
      {kind === "area" && <AreaClosed data={values} x={x} y={y} yScale={ys} defined={defined} className="area" />}
      <LinePath data={values} x={x} y={y} defined={defined} className="line" />
      <Ends values={values} x={x} y={y} running={layer.running ?? false} />
    </g>
  );
}

interface EndsProps {
  values: (number | null)[];
  x: (value: unknown, index: number) => number;
  y: (value: number | null) => number;
  running: boolean;
}

/** A point where a line has no neighbour, which would not be seen otherwise, and where it still moves. */
function Ends({ values, x, y, running }: EndsProps): ReactElement {
  const last = values.findLastIndex((value) => value !== null);
  const alone = (index: number): boolean => values[index - 1] == null && values[index + 1] == null;
  return (
    <>
      {values.map((value, index) =>
        value !== null && (alone(index) || (running && index === last)) ? (
          <circle
            key={index}
            className={running && index === last ? "dot now" : "dot"}
            cx={x(value, index)}
            cy={y(value)}
          />
        ) : null,
      )}
    </>
  );
}
