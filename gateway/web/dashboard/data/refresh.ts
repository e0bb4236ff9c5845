/** Which answers an event makes old, and how soon each is asked for again. */
import type { QueryClient } from "@tanstack/react-query";

/** The figures move with each event; ranges are larger and change less, so they follow at a distance. */
const FIGURES_AFTER_MS = 0;
const FIGURES_EVERY_MS = 1_000;
const RANGES_AFTER_MS = 700;
const RANGES_EVERY_MS = 5_000;

const FIGURES = new Set(["TileFigures"]);
const RANGES = new Set([
  "TileTrends",
  "TileSuccessRate",
  "TileFailures",
  "TilePeakTimes",
  "TileLatency",
  "TilePaymentMethods",
  "TileResources",
  "TileWebhooks",
]);

/** Asks anew after an event, at most so often; a burst of events is one question at its begin and one at its end. */
export class Refresher {
  private readonly timers = new Map<Set<string>, ReturnType<typeof setTimeout>>();
  private readonly last = new Map<Set<string>, number>();

  constructor(private readonly answers: QueryClient) {}

  /** Something happened at the merchant. */
  event(): void {
    this.soon(FIGURES, FIGURES_AFTER_MS, FIGURES_EVERY_MS);
    this.soon(RANGES, RANGES_AFTER_MS, RANGES_EVERY_MS);
  }

  /** The connection was away: whatever is shown may be old. */
  everything(): void {
    void this.answers.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "BoardViewer" });
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private soon(names: Set<string>, after: number, every: number): void {
    if (this.timers.has(names)) return;
    const wait = Math.max(after, (this.last.get(names) ?? -Infinity) + every - performance.now());
    const timer = setTimeout(() => {
      this.timers.delete(names);
      this.last.set(names, performance.now());
      // A page that nobody sees asks when it is looked at again.
      const refetchType = document.hidden ? "none" : "active";
      const predicate = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => names.has(String(queryKey[0]));
      void this.answers.invalidateQueries({ predicate, refetchType });
    }, wait);
    this.timers.set(names, timer);
  }
}
