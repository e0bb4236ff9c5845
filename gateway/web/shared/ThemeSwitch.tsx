import type { ReactElement } from "react";
import type { ThemeChoice } from "./theme";

const CHOICES: { choice: ThemeChoice; label: string; path: string }[] = [
  {
    choice: "light",
    label: "Light",
    path: "M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10ZM12 1.5v2.5M12 20v2.5M1.5 12H4M20 12h2.5M4.6 4.6l1.8 1.8M17.6 17.6l1.8 1.8M4.6 19.4l1.8-1.8M17.6 6.4l1.8-1.8",
  },
  { choice: "system", label: "As the system", path: "M3 4.5h18v12H3zM8.5 20.5h7M12 16.5v4" },
  { choice: "dark", label: "Dark", path: "M20 14.2A8.2 8.2 0 0 1 9.8 4 8.3 8.3 0 1 0 20 14.2Z" },
];

interface ThemeSwitchProps {
  choice: ThemeChoice;
  onChoice: (choice: ThemeChoice) => void;
}

export function ThemeSwitch({ choice, onChoice }: ThemeSwitchProps): ReactElement {
  return (
    <div className="switch" role="group" aria-label="Colours">
      {CHOICES.map((option) => (
        <button
          key={option.choice}
          type="button"
          title={option.label}
          aria-label={option.label}
          aria-pressed={choice === option.choice}
          onClick={() => onChoice(option.choice)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={option.path} />
          </svg>
        </button>
      ))}
    </div>
  );
}
