import { useState, type ReactElement } from "react";
import type { Merchant } from "../Board";
import { MerchantList } from "./MerchantList";
import { Popover } from "./Popover";

interface MerchantSwitchProps {
  current: Merchant | null;
  onChoose: (merchantId: string) => void;
}

/** For who may see several merchants: which one is shown. */
export function MerchantSwitch({ current, onChoose }: MerchantSwitchProps): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      className="merchants"
      name={`Merchant: ${current?.name ?? "none"}`}
      open={open}
      onOpen={setOpen}
      label={
        <>
          <span className="merchants-name">{current?.name ?? "Choose a merchant"}</span>
          <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
            <path d="m8 10 4 4 4-4" />
          </svg>
        </>
      }
    >
      <MerchantList
        current={current?.id ?? null}
        onChoose={(id) => {
          onChoose(id);
          setOpen(false);
        }}
      />
    </Popover>
  );
}
