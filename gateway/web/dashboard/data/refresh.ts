/** Which answers an event makes old, and how soon each is asked for again. */
import type { QueryClient } from "@tanstack/react-query";

/** What is live is pushed; ranges are larger and change less, so they follow at a distance. */
const AFTER_MS = 700;
const EVERY_MS = 5_000;

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
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = -Infinity;

  constructor(private readonly answers: QueryClient) {}

  /** Something happened at the merchant. */
  event(): void {
    if (this.timer !== undefined) return;
    const wait = Math.max(AFTER_MS, this.last + EVERY_MS - performance.now());
    this.timer = setTimeout(() => this.refresh(), wait);
  }

  /** The connection was away: whatever is shown may be old. */
  everything(): void {
    void this.answers.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "BoardViewer" });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private refresh(): void {
    this.timer = undefined;
    this.last = performance.now();
    // A page that nobody sees asks when it is looked at again.
    const refetchType = document.hidden ? "none" : "active";
    const predicate = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => RANGES.has(String(queryKey[0]));
    void this.answers.invalidateQueries({ predicate, refetchType });
  }
}
