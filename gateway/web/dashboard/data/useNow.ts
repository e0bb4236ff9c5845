import { useCallback, useEffect } from "react";
import { TileNowDocument, type TileNowQuery } from "../../generated/graphql";
import { useLiveState } from "./live";
import { useTile, type Answer } from "./useTile";
import { useShown } from "./view";

type Now = NonNullable<NonNullable<TileNowQuery["merchant"]>["realtime"]>;

/** How often what is pushed is asked for where nothing can be pushed. */
export const POLL_MS = 5_000;
/** A connection that is open but silent for so long is asked about by the other way. */
const SILENT_MS = 40_000;

/** A part of the real-time view: pushed where the connection is live, asked for where it is not. */
export function useNow<Shown>(part: (now: Now) => Shown | null | undefined): Answer<Shown> {
  const { merchantId } = useShown();
  const live = useLiveState().connection === "live";
  const of = useCallback((data: TileNowQuery) => data.merchant?.realtime && part(data.merchant.realtime), [part]);
  const answer = useTile(TileNowDocument, { merchantId }, of, { every: live ? false : POLL_MS });
  const { at, again } = answer;
  useEffect(() => {
    if (!live || again === null) return;
    const timer = setTimeout(again, SILENT_MS);
    return () => clearTimeout(timer);
  }, [live, at, again]);
  return answer;
}
