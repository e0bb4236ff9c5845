import { useCallback } from "react";
import { TileNowDocument, type TileNowQuery } from "../../generated/graphql";
import { useEvery } from "./useEvery";
import { useTile, type Answer } from "./useTile";
import { useShown } from "./view";

type Now = NonNullable<NonNullable<TileNowQuery["merchant"]>["realtime"]>;

/** A part of the real-time view: pushed where the connection is live, asked for where it is not or says nothing. */
export function useNow<Shown>(part: (now: Now) => Shown | null | undefined): Answer<Shown> {
  const { merchantId } = useShown();
  const of = useCallback((data: TileNowQuery) => data.merchant?.realtime && part(data.merchant.realtime), [part]);
  return useTile(TileNowDocument, { merchantId }, of, { every: useEvery() });
}
