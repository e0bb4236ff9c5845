/** Counts, rates, shares and durations in words. Amounts of money are texts of digits and never come through here. */

const counts = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const ticks = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const compactTicks = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

export const NONE = "–";
export const MINUS = "−";

export const count = (value: number): string => counts.format(value);
export const compact = (value: number): string => (value < 10_000 ? counts.format(value) : short.format(value));
export const percent = (value: number | null): string => (value === null ? NONE : `${percents.format(value)} %`);
export const share = (value: number): string => percent(value * 100);
export const tick = (value: number): string => (value < 10_000 ? ticks : compactTicks).format(value);

/** With its sign, and at most as many digits as can be meant. */
export function signed(value: number, unit: string): string {
  const size = Math.abs(value);
  const text = size >= 1_000 ? compact(Math.round(size)) : percents.format(size);
  const sign = value > 0 ? "+" : value < 0 ? MINUS : "±";
  return `${sign}${text} ${unit}`;
}

const UNITS: [below: number, per: number, unit: string][] = [
  [1_000, 1, "ms"],
  [60_000, 1_000, "s"],
  [3_600_000, 60_000, "min"],
  [172_800_000, 3_600_000, "h"],
  [Infinity, 86_400_000, "d"],
];

/** Milliseconds as people say them: 172 ms, 1.75 s, 2.4 min. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return NONE;
  const [, per, unit] = UNITS.find(([below]) => milliseconds < below) ?? UNITS[4]!;
  return `${ticks.format(milliseconds / per)} ${unit}`;
}
