/** What is watched of a merchant, and where it is kept: as the answer to the same question by HTTP. */
import type { QueryClient } from "@tanstack/react-query";
import type { Client } from "graphql-ws";
import {
  BoardFeedDocument,
  BoardFiguresDocument,
  BoardRealtimeDocument,
  TileFiguresDocument,
  TileNowDocument,
  type BoardFeedSubscription,
  type TileFiguresQuery,
  type TileNowQuery,
} from "../../generated/graphql";
import type { AskError } from "./ask";
import { tileKey } from "./useTile";
import { watch } from "./watch";

export const FEED_LENGTH = 20;

export interface Listener {
  /** The gateway spoke. */
  told: () => void;
  /** Something happened at the merchant since it spoke last. */
  event: () => void;
  fault: (error: AskError) => void;
}

/** Watches the merchant's figures, moment and payments; returns what ends it. */
export function streams(client: Client, answers: QueryClient, merchantId: string, listener: Listener): () => void {
  const { fault } = listener;
  const told =
    <Data>(keep: (data: Data) => boolean) =>
    (data: Data): void => {
      listener.told();
      if (keep(data)) listener.event();
    };
  const nowKey = tileKey(TileNowDocument, { merchantId });
  const figuresKey = tileKey(TileFiguresDocument, { merchantId });
  const ends = [
    watch(
      client,
      BoardRealtimeDocument,
      { merchantId },
      {
        next: told(({ realtime }) =>
          kept<TileNowQuery>(answers, nowKey, { merchant: { realtime } }, ({ merchant }) => merchant?.realtime?.live),
        ),
        fault,
      },
    ),
    watch(
      client,
      BoardFiguresDocument,
      { merchantId },
      {
        next: told(({ dashboard }) =>
          kept<TileFiguresQuery>(
            answers,
            figuresKey,
            { merchant: { dashboard } },
            ({ merchant }) => merchant?.dashboard?.transactions.today.current,
          ),
        ),
        fault,
      },
    ),
    watch(
      client,
      BoardFeedDocument,
      { merchantId, first: FEED_LENGTH },
      {
        next: told((feed) =>
          kept<BoardFeedSubscription>(answers, feedKey(merchantId), feed, ({ paymentFeed }) => paymentFeed.steps),
        ),
        fault,
      },
    ),
  ];
  return () => ends.forEach((end) => end());
}

export function feedKey(merchantId: string): readonly unknown[] {
  return tileKey(BoardFeedDocument, { merchantId });
}

/** Keeps what came, and tells whether that part of it says something new: equal parts keep their identity. */
function kept<Data>(answers: QueryClient, key: readonly unknown[], data: Data, part: (data: Data) => unknown): boolean {
  const before = answers.getQueryData<Data>(key);
  answers.setQueryData<Data>(key, data);
  const after = answers.getQueryData<Data>(key);
  return before !== undefined && after !== undefined && part(before) !== part(after);
}
