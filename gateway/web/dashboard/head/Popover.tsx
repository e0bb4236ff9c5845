import { useEffect, useRef, type ReactElement, type ReactNode, type RefObject } from "react";

interface PopoverProps {
  /** What the button shows. */
  label: ReactNode;
  /** What the button is called, where its text alone does not say. */
  name: string;
  className?: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  children: ReactNode;
}

/** A button that shows a small panel. Escape closes it and gives the focus back; so does a press anywhere else. */
export function Popover({ label, name, className = "", open, onOpen, children }: PopoverProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLeaving(box, open, onOpen);
  return (
    <div
      ref={box}
      className={`popover ${className}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        onOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="button popover-button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={name}
        onClick={() => onOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div className="popover-panel" role="dialog" aria-label={name}>
          {children}
        </div>
      )}
    </div>
  );
}

function useLeaving(box: RefObject<HTMLElement | null>, open: boolean, onOpen: (open: boolean) => void): void {
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [box, open, onOpen]);
}
