/** What is looked at: merchant, range and zone. It lives in the address, so that a link shows the same. */
import { createContext, use, useCallback, useEffect, useMemo, useState } from "react";
import { readRange, writeRange, type Range } from "../range";

export interface View {
  /** Null for the token's own merchant. */
  merchantId: string | null;
  range: Range;
  /** IANA name; null for the merchant's zone. */
  zone: string | null;
}

/** The view with the merchant that was found for it, as the tiles need it. */
export interface Shown {
  merchantId: string;
  range: Range;
  timezone: string | null;
  /** The zone in which days are counted: the one chosen, else the merchant's. */
  zone: string;
  /** The merchant's own zone. */
  home: string;
}

const ShownContext = createContext<Shown | null>(null);
export const ShownProvider = ShownContext.Provider;

export function useShown(): Shown {
  const shown = use(ShownContext);
  if (!shown) throw new Error("There is no merchant here.");
  return shown;
}

export function useView(): [View, (change: Partial<View>) => void] {
  const [search, setSearch] = useState(window.location.search);
  useEffect(() => {
    const follow = (): void => setSearch(window.location.search);
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);
  const view = useMemo(() => read(search), [search]);
  const change = useCallback((changed: Partial<View>) => {
    const next = write({ ...read(window.location.search), ...changed });
    window.history.pushState(null, "", next || window.location.pathname);
    setSearch(next);
  }, []);
  return [view, change];
}

function read(search: string): View {
  const given = new URLSearchParams(search);
  return {
    merchantId: given.get("merchant"),
    range: readRange(given.get("range")),
    zone: knownZone(given.get("zone")),
  };
}

function write({ merchantId, range, zone }: View): string {
  const parts = new URLSearchParams();
  if (merchantId) parts.set("merchant", merchantId);
  if (writeRange(range) !== "today") parts.set("range", writeRange(range));
  if (zone) parts.set("zone", zone);
  const text = parts.toString();
  return text ? `?${text}` : "";
}

function knownZone(name: string | null): string | null {
  if (!name) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) && name;
  } catch {
    return null;
  }
}
