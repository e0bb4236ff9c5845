import { memo, type ReactElement, type ReactNode } from "react";
import { TileFiguresDocument, type TileChangeFragment, type TileFiguresQuery } from "../../generated/graphql";
import { useEvery } from "../data/useEvery";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, NONE, percent } from "../format/numbers";
import { dayAndTime } from "../format/time";
import { Zec } from "../format/Zec";
import { Change } from "./Change";
import { Tile } from "./Tile";

type Dashboard = NonNullable<NonNullable<TileFiguresQuery["merchant"]>["dashboard"]>;
type Value = { zec: string } | number | null;

/** What the three kinds of comparison have in common; only rates tell their change in points. */
type Compared = TileChangeFragment & { current: Value; previous: Value; change?: number | null };

type Trend = Record<"today" | "thisWeek" | "thisMonth", Compared>;

const LONGER = [
  { key: "thisWeek", title: "This week", before: "last week" },
  { key: "thisMonth", title: "This month", before: "last month" },
] as const;

const part =
  (key: "revenue" | "transactions" | "successRate" | "averageValue") =>
  (data: TileFiguresQuery): Trend | undefined =>
    (data.merchant?.dashboard satisfies Dashboard | null | undefined)?.[key];
const revenue = part("revenue");
const transactions = part("transactions");
const success = part("successRate");
const average = part("averageValue");

const money = (value: Value): ReactNode =>
  typeof value === "object" && value !== null ? <Zec amount={value.zec} /> : NONE;
const whole = (value: Value): ReactNode => (typeof value === "number" ? count(value) : NONE);
const rate = (value: Value): ReactNode => percent(typeof value === "number" ? value : null);

/** The four figures that everything begins with; each takes only its own part of one answer. */
export const Figures = memo(function Figures(): ReactElement {
  return (
    <>
      <Figure name="revenue" title="Revenue" unit="ZEC" of={revenue} show={money} />
      <Figure name="transactions" title="Transactions" of={transactions} show={whole} />
      <Figure name="success" title="Success rate" of={success} show={rate} />
      <Figure name="average" title="Average payment" unit="ZEC" of={average} show={money} />
    </>
  );
});

interface FigureProps {
  name: string;
  title: string;
  unit?: string;
  of: (data: TileFiguresQuery) => Trend | undefined;
  show: (value: Value) => ReactNode;
}

function Figure({ name, title, unit, of, show }: FigureProps): ReactElement {
  const { merchantId, home, timezone } = useShown();
  const answer = useTile(TileFiguresDocument, { merchantId }, of, { every: useEvery() });
  return (
    <Tile
      name={name}
      title={title}
      note={[timezone ? `Today in ${home}` : "Today", unit].filter(Boolean).join(", ")}
      answer={answer}
    >
      {({ today, ...longer }) => (
        <div className="figure">
          <p className="figure-value">{show(today.current)}</p>
          <p className="figure-before">
            <Delta of={today} />
            <span title={until(today, home)}>
              yesterday{!today.clamped && " by now"} <span className="figure-then">{show(today.previous)}</span>
            </span>
          </p>
          <dl className="figure-longer">
            {LONGER.map(({ key, title, before }) => (
              <div key={key} title={until(longer[key], home)}>
                <dt>{title}</dt>
                <dd>
                  <span className="figure-now">{show(longer[key].current)}</span>
                  <Delta of={longer[key]} />
                  <span className="sr-only">
                    {before}: {show(longer[key].previous)}
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Tile>
  );
}

function Delta({ of }: { of: Compared }): ReactElement {
  return "change" in of ? <Change of={of} points={of.change ?? null} /> : <Change of={of} />;
}

function until({ previousWindow: { start, end }, clamped }: Compared, zone: string): string {
  const early = clamped ? ", where that period ended" : "";
  return `Compared with ${dayAndTime(start, zone)} to ${dayAndTime(end, zone)}${early}`;
}
