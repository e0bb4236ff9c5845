/** Light, dark or as the system has it; the choice is kept for the browser and holds for all pages. */
export type ThemeChoice = "system" | "light" | "dark";
export type Theme = "light" | "dark";

const KEY = "z402:theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

export function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function storeChoice(choice: ThemeChoice): void {
  if (choice === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
}

export function resolve(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  return systemDark.matches ? "dark" : "light";
}

/** The style sheets read this attribute; shared/tokens.css has the colours of both. */
export function apply(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
}

export function onSystemChange(listener: () => void): () => void {
  systemDark.addEventListener("change", listener);
  return () => systemDark.removeEventListener("change", listener);
}
