/** Local days in a named zone. The gateway counts by its own calendar; this only turns days into instants and back. */

const DAY_MS = 86_400_000;
const WIDEST_OFFSET_MS = 16 * 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A formatter that is made once for each zone and shape: making one costs far more than using it. */
export function formatIn(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone })));
  return format;
}

/** The local day of an instant, as YYYY-MM-DD. */
export function localDay(instant: number, zone: string): string {
  const parts = formatIn(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(instant);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The first instant of a local day, in UTC: where midnight is skipped, the first moment after it. */
export function startOfDay(day: string, zone: string): string {
  let before = Date.parse(`${day}T00:00Z`) - WIDEST_OFFSET_MS;
  let within = Date.parse(`${day}T00:00Z`) + WIDEST_OFFSET_MS;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (localDay(middle, zone) < day) before = middle;
    else within = middle;
  }
  return new Date(within).toISOString();
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days, both ends included. */
export function dayCount(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / DAY_MS) + 1;
}

/** Every zone that this browser knows. */
export function allZones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
