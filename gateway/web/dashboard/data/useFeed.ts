import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { BoardFeedDocument, type BoardFeedSubscription } from "../../generated/graphql";
import { askOnce } from "./ask";
import { POLL_AFTER_MS, useLiveState } from "./live";
import { useSession } from "./session";
import { FEED_LENGTH, feedKey } from "./streams";
import { useEvery } from "./useEvery";
import { useLasting } from "./useLasting";
import { asAskError, useAnswers, type Answer } from "./useTile";

type Steps = BoardFeedSubscription["paymentFeed"]["steps"];

const steps = (data: BoardFeedSubscription): Steps => data.paymentFeed.steps;

/** The newest steps: pushed where the connection is live, asked for where it is not or says nothing. */
export function useFeed(merchantId: string): Answer<Steps> {
  const { token } = useSession();
  const { error: told } = useLiveState();
  const answers = useAnswers();
  const waiting = answers.getQueryData(feedKey(merchantId)) === undefined;
  const late = useLasting(waiting, POLL_AFTER_MS);
  const variables = { merchantId, first: FEED_LENGTH };
  const query = useQuery({
    queryKey: feedKey(merchantId),
    queryFn: ({ signal }) => askOnce(token, BoardFeedDocument, variables, signal),
    select: steps,
    // At first it is pushed as soon as the connection stands, and need not be asked for.
    enabled: !waiting || late,
    refetchInterval: useEvery(),
  });
  const { refetch } = query;
  const shown = query.data ?? null;
  const error = told ?? asAskError(query.error);
  return useMemo(
    () => ({
      shown,
      error,
      stale: false,
      at: query.dataUpdatedAt,
      again: () => void refetch(),
      operation: { document: BoardFeedDocument.toString(), variables: { merchantId, first: FEED_LENGTH } },
    }),
    [shown, error, query.dataUpdatedAt, merchantId, refetch],
  );
}
