/** Instants as the merchant's clock, or another, shows them. */
import type { Granularity } from "../../generated/graphql";
import { formatIn } from "./zones";

const HOUR_MINUTE = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

export const clock = (instant: string | number, zone: string): string =>
  formatIn(zone, { ...HOUR_MINUTE, second: "2-digit" }).format(new Date(instant));

export const wallTime = (instant: string, zone: string): string =>
  formatIn(zone, HOUR_MINUTE).format(new Date(instant));

export const day = (instant: string, zone: string): string =>
  formatIn(zone, { day: "numeric", month: "short" }).format(new Date(instant));

export const dayAndTime = (instant: string, zone: string): string =>
  formatIn(zone, { weekday: "short", day: "numeric", month: "short", ...HOUR_MINUTE }).format(new Date(instant));

const longDay = (instant: string, zone: string): string =>
  formatIn(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(new Date(instant));

/** A bucket of a series, in full. */
export function bucketName(start: string, granularity: Granularity, zone: string): string {
  if (granularity === "HOUR" || granularity === "QUARTER_HOUR") return dayAndTime(start, zone);
  return granularity === "WEEK" ? `Week from ${longDay(start, zone)}` : longDay(start, zone);
}

/** A bucket of a series, as an axis has room for it. */
export function bucketTick(start: string, granularity: Granularity, zone: string): string {
  return granularity === "HOUR" || granularity === "QUARTER_HOUR" ? wallTime(start, zone) : day(start, zone);
}

/** How long ago, coarsely: 4 s, 3 min, 2 h, 5 d. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
