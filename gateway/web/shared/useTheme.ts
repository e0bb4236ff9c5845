import { useCallback, useEffect, useState } from "react";
import { apply, onSystemChange, resolve, storeChoice, storedChoice, type Theme, type ThemeChoice } from "./theme";

/** The colours in force, the choice behind them, and a way to choose. */
export function useTheme(): [Theme, ThemeChoice, (choice: ThemeChoice) => void] {
  const [choice, setChoice] = useState(storedChoice);
  const [theme, setTheme] = useState(() => resolve(choice));
  useEffect(() => {
    const update = (): void => setTheme(resolve(choice));
    update();
    return onSystemChange(update);
  }, [choice]);
  useEffect(() => apply(theme), [theme]);
  const choose = useCallback((next: ThemeChoice) => {
    storeChoice(next);
    setChoice(next);
  }, []);
  return [theme, choice, choose];
}
