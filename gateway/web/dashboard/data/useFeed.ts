import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { BoardFeedDocument, type BoardFeedSubscription } from "../../generated/graphql";
import { feedKey } from "./streams";
import type { Answer } from "./useTile";
import { useLiveState } from "./live";

type Steps = BoardFeedSubscription["paymentFeed"]["steps"];

const steps = (data: BoardFeedSubscription): Steps => data.paymentFeed.steps;
const nothing = (): void => undefined;

/** The feed as it was pushed last; there is no asking for it. */
export function useFeed(merchantId: string): Answer<Steps> {
  const { error } = useLiveState();
  const query = useQuery({ queryKey: feedKey(merchantId), enabled: false, select: steps, queryFn: never });
  const shown = query.data ?? null;
  return useMemo(
    () => ({
      shown,
      error,
      stale: false,
      at: query.dataUpdatedAt,
      again: nothing,
      operation: { document: BoardFeedDocument.toString(), variables: { merchantId } },
    }),
    [shown, error, query.dataUpdatedAt, merchantId],
  );
}

function never(): Promise<BoardFeedSubscription> {
  return Promise.reject(new Error("The feed is pushed."));
}
