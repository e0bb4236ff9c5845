import { useRef, type ReactElement } from "react";
import markUrl from "../../shared/mark.svg";
import { ThemeSwitch } from "../../shared/ThemeSwitch";
import { useTheme } from "../../shared/useTheme";
import type { Merchant } from "../Board";
import { useSession } from "../data/session";
import type { View } from "../data/view";
import { Account } from "./Account";
import { ExpiryNote } from "./ExpiryNote";
import { Freshness } from "./Freshness";
import { MerchantSwitch } from "./MerchantSwitch";
import { RangePicker } from "./RangePicker";
import { ZonePicker } from "./ZonePicker";

interface HeaderProps {
  merchant: Merchant | null;
  view: View;
  onView: (change: Partial<View>) => void;
}

export function Header({ merchant, view, onView }: HeaderProps): ReactElement {
  const { viewer } = useSession();
  const [, choice, choose] = useTheme();
  const top = useRef<HTMLElement>(null);
  return (
    <header className="head" ref={top}>
      <div className="head-bar">
        <div className="brand">
          <img src={markUrl} alt="" width="28" height="28" />
          <h1>Z402 Analytics</h1>
        </div>
        {viewer.merchant ? (
          <strong className="merchant-name">{viewer.merchant.name}</strong>
        ) : (
          <MerchantSwitch current={merchant} onChoose={(merchantId) => onView({ merchantId, zone: null })} />
        )}
        <Freshness merchant={merchant} zone={view.zone ?? merchant?.timezone ?? "UTC"} />
        <div className="head-end">
          <ThemeSwitch choice={choice} onChoice={choose} />
          <Account />
        </div>
      </div>
      <nav className="head-bar head-view" aria-label="What is shown">
        <RangePicker range={view.range} onRange={(range) => onView({ range })} />
        {merchant && <ZonePicker merchant={merchant} zone={view.zone} onZone={(zone) => onView({ zone })} />}
      </nav>
      <ExpiryNote />
    </header>
  );
}
