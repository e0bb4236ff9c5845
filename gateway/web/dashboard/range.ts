/** What time is asked about, as chosen, as written into the address, and as the API takes it. */
import type { Granularity, RangeInput } from "../generated/graphql";
import { addDays, dayCount, localDay, startOfDay } from "./format/zones";

export type Range =
  | { kind: "today" }
  | { kind: "days"; days: number }
  /** Local days, both included, as YYYY-MM-DD. */
  | { kind: "custom"; from: string; to: string };

export const TODAY: Range = { kind: "today" };
export const PRESETS: { range: Range; label: string; long: string }[] = [
  { range: TODAY, label: "Today", long: "Today" },
  { range: { kind: "days", days: 7 }, label: "7 days", long: "The last 7 days" },
  { range: { kind: "days", days: 30 }, label: "30 days", long: "The last 30 days" },
  { range: { kind: "days", days: 90 }, label: "90 days", long: "The last 90 days" },
];
/** The API takes no more. */
export const MOST_DAYS = 400;
/** Nor more than this by hour of the day. */
export const MOST_DAYS_BY_HOUR = 100;
const HOURLY_UP_TO = 3;
const DAILY_UP_TO = 120;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function writeRange(range: Range): string {
  if (range.kind === "today") return "today";
  return range.kind === "days" ? `${range.days}d` : `${range.from}..${range.to}`;
}

/** Whatever an address says; today where it makes no sense. */
export function readRange(text: string | null): Range {
  const preset = PRESETS.find(({ range }) => writeRange(range) === text);
  if (preset) return preset.range;
  const [from = "", to = ""] = (text ?? "").split("..");
  return faultOf(from, to) === null ? { kind: "custom", from, to } : TODAY;
}

/** What is wrong with two days, in words; null for nothing. */
export function faultOf(from: string, to: string): string | null {
  const real = (day: string): boolean => DATE.test(day) && !Number.isNaN(Date.parse(`${day}T00:00Z`));
  if (!real(from) || !real(to)) return "Choose both days.";
  if (from > to) return "The first day lies behind the last one.";
  return dayCount(from, to) > MOST_DAYS ? `At most ${MOST_DAYS} days can be shown.` : null;
}

export function daysOf(range: Range): number {
  if (range.kind === "today") return 1;
  return range.kind === "days" ? range.days : dayCount(range.from, range.to);
}

/** The range where it has so few days, else the last of its days that have begun. */
export function lastDays(range: Range, most: number, zone: string): Range {
  if (range.kind !== "custom" || daysOf(range) <= most) return range;
  const today = localDay(Date.now(), zone);
  const to = range.from <= today && today < range.to ? today : range.to;
  const from = addDays(to, 1 - most);
  return { kind: "custom", from: from > range.from ? from : range.from, to };
}

export function rangeInput(range: Range, zone: string): RangeInput {
  if (range.kind === "today") return { period: "TODAY" };
  if (range.kind === "days") return { days: range.days };
  return { between: { start: startOfDay(range.from, zone), end: startOfDay(addDays(range.to, 1), zone) } };
}

/** Buckets that one can still tell apart. */
export function granularityOf(range: Range): Granularity {
  const days = daysOf(range);
  if (days <= HOURLY_UP_TO) return "HOUR";
  return days <= DAILY_UP_TO ? "DAY" : "WEEK";
}

export function rangeLabel(range: Range): string {
  const preset = PRESETS.find((each) => writeRange(each.range) === writeRange(range));
  if (preset) return preset.long;
  return range.kind === "custom" ? `${range.from} to ${range.to}` : writeRange(range);
}

/** What a range is compared with. */
export function previousLabel(range: Range): string {
  if (range.kind === "today") return "Yesterday";
  const days = daysOf(range);
  return days === 1 ? "The day before" : `The ${days} days before`;
}
