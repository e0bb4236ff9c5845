import { useLiveState } from "./live";
import type { Every } from "./useTile";

/** How often what is pushed is asked for where nothing can be pushed. */
const POLL_MS = 5_000;
/** A connection that is open but silent for so long is asked about by the other way; it speaks every 30 s at least. */
const SILENT_MS = 40_000;

/** How long what is pushed may be silent before it is asked for: each value that comes begins the wait anew. */
export function useEvery(): Every {
  return useLiveState().connection === "live" ? afterSilence : POLL_MS;
}

// Once there was no answer the other way either, somebody waits for the first that comes.
const afterSilence: Every = ({ state }) => (state.status === "error" ? POLL_MS : SILENT_MS);
