import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { BoardFeedDocument, type BoardFeedSubscription } from "../../generated/graphql";
import { AskError } from "./ask";
import { feedKey } from "./streams";
import type { Answer } from "./useTile";
import { useLiveState } from "./live";

type Steps = BoardFeedSubscription["paymentFeed"]["steps"];

const steps = (data: BoardFeedSubscription): Steps => data.paymentFeed.steps;
const NOT_LIVE = new AskError("Payments are pushed, and the live connection cannot be had just now.", "NOT_LIVE");

/** The feed as it was pushed last; there is no asking for it. */
export function useFeed(merchantId: string): Answer<Steps> {
  const { connection, error: told } = useLiveState();
  const error = told ?? (connection === "polling" ? NOT_LIVE : null);
  const query = useQuery({ queryKey: feedKey(merchantId), enabled: false, select: steps, queryFn: never });
  const shown = query.data ?? null;
  return useMemo(
    () => ({
      shown,
      error,
      stale: false,
      at: query.dataUpdatedAt,
      again: null,
      operation: { document: BoardFeedDocument.toString(), variables: { merchantId } },
    }),
    [shown, error, query.dataUpdatedAt, merchantId],
  );
}

function never(): Promise<BoardFeedSubscription> {
  return Promise.reject(new Error("The feed is pushed."));
}
