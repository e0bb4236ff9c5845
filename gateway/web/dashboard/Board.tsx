import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, type ReactElement } from "react";
import { BoardMerchantDocument, BoardMerchantsDocument } from "../generated/graphql";
import { ask, AskError } from "./data/ask";
import { LiveContext, useLive } from "./data/live";
import { useSession } from "./data/session";
import { ShownProvider, useView, type Shown } from "./data/view";
import { Header } from "./head/Header";
import { Tiles } from "./Tiles";

export interface Merchant {
  id: string;
  name: string;
  timezone: string;
}

export function Board(): ReactElement {
  const [view, change] = useView();
  const [merchant, error] = useMerchant(view.merchantId);
  const live = useLive(merchant?.id ?? null);
  const shown = useMemo<Shown | null>(
    () =>
      merchant && {
        merchantId: merchant.id,
        range: view.range,
        timezone: view.zone,
        zone: view.zone ?? merchant.timezone,
        home: merchant.timezone,
      },
    [merchant, view.range, view.zone],
  );
  useEffect(() => {
    document.title = `${merchant ? `${merchant.name} · ` : ""}Z402 Analytics`;
  }, [merchant]);
  return (
    <LiveContext value={live}>
      <ShownProvider value={shown}>
        <a className="skip" href="#figures">
          Skip to the figures
        </a>
        <Header merchant={merchant} view={view} onView={change} />
        <main className="board" id="figures" tabIndex={-1}>
          {shown ? <Tiles /> : <Missing error={error} />}
        </main>
      </ShownProvider>
    </LiveContext>
  );
}

/** The merchant that is named, else the token's own, else the first that it may see. */
function useMerchant(named: string | null): [Merchant | null, AskError | null] {
  const { token, viewer } = useSession();
  const own = viewer.merchant;
  const query = useQuery({
    queryKey: ["BoardMerchant", named],
    queryFn: async ({ signal }): Promise<Merchant | null> => {
      if (named !== null) return (await ask(token, BoardMerchantDocument, { merchantId: named }, signal)).merchant;
      const { merchants } = await ask(token, BoardMerchantsDocument, { first: 1, after: null }, signal);
      return merchants?.nodes[0] ?? null;
    },
    enabled: own === null || named !== null,
    staleTime: 300_000,
    refetchInterval: ({ state }) => (state.error ? 4_000 : false),
  });
  const merchant = named === null && own ? own : (query.data ?? null);
  const none = query.isSuccess && merchant === null ? new AskError("There is no merchant yet.", "NOT_FOUND") : null;
  return [merchant, query.error instanceof AskError ? query.error : none];
}

function Missing({ error }: { error: AskError | null }): ReactElement {
  return (
    <div className="missing" role="status">
      {error ? (
        <>
          <h2>Nothing to show</h2>
          <p>{error.message}</p>
          <code>{error.code}</code>
        </>
      ) : (
        <p>Looking for the merchant …</p>
      )}
    </div>
  );
}
