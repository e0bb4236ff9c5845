import { useMemo, type ReactElement } from "react";
import type { Merchant } from "../Board";
import { allZones, browserZone } from "../format/zones";

interface ZonePickerProps {
  merchant: Merchant;
  /** Null for the merchant's. */
  zone: string | null;
  onZone: (zone: string | null) => void;
}

/** In which zone days and hours are counted. */
export function ZonePicker({ merchant, zone, onZone }: ZonePickerProps): ReactElement {
  const others = useMemo(() => allZones().filter((name) => name !== merchant.timezone), [merchant.timezone]);
  const near = [...new Set(["UTC", browserZone()])].filter((name) => name !== merchant.timezone);
  return (
    <label className="zone">
      <span>Time zone</span>
      <select value={zone ?? ""} onChange={(event) => onZone(event.target.value || null)}>
        <option value="">{merchant.timezone} (merchant’s)</option>
        <optgroup label="Near at hand">
          {near.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </optgroup>
        <optgroup label="All zones">
          {others
            .filter((name) => !near.includes(name))
            .map((name) => (
              <option key={name}>{name}</option>
            ))}
        </optgroup>
      </select>
    </label>
  );
}
