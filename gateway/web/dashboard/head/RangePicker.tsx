import { useState, type FormEvent, type ReactElement } from "react";
import { faultOf, MOST_DAYS, PRESETS, rangeLabel, writeRange, type Range } from "../range";
import { Popover } from "./Popover";

interface RangePickerProps {
  range: Range;
  onRange: (range: Range) => void;
}

export function RangePicker({ range, onRange }: RangePickerProps): ReactElement {
  const [open, setOpen] = useState(false);
  const chosen = writeRange(range);
  return (
    <div className="ranges" role="group" aria-label="Range">
      {PRESETS.map((preset) => (
        <button
          key={preset.label}
          type="button"
          className="range"
          aria-pressed={chosen === writeRange(preset.range)}
          onClick={() => onRange(preset.range)}
        >
          {preset.label}
        </button>
      ))}
      <Popover
        className={range.kind === "custom" ? "range-custom chosen" : "range-custom"}
        name={range.kind === "custom" ? `Custom range: ${rangeLabel(range)}` : "Custom range"}
        label={range.kind === "custom" ? rangeLabel(range) : "Custom"}
        open={open}
        onOpen={setOpen}
      >
        <Days
          range={range}
          onRange={(next) => {
            onRange(next);
            setOpen(false);
          }}
        />
      </Popover>
    </div>
  );
}

function Days({ range, onRange }: RangePickerProps): ReactElement {
  const given = range.kind === "custom" ? range : { from: "", to: "" };
  const [from, setFrom] = useState(given.from);
  const [to, setTo] = useState(given.to);
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wrong = faultOf(from, to);
    setFault(wrong);
    if (wrong === null) onRange({ kind: "custom", from, to });
  };
  return (
    <form className="days" onSubmit={submit} noValidate>
      <label>
        First day
        <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} autoFocus />
      </label>
      <label>
        Last day
        <input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <p className="days-note" role={fault ? "alert" : undefined} data-tone={fault ? "bad" : "quiet"}>
        {fault ?? `Both days included, at most ${MOST_DAYS}.`}
      </p>
      <button className="button primary">Show</button>
    </form>
  );
}
