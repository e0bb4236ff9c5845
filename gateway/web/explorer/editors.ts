/** The editors in our colours and type. Monaco takes plain numbers, so shared/tokens.css cannot give them. */
import { useGraphiQL, useMonaco } from "@graphiql/react";
import type { editor } from "monaco-editor";
import { useEffect } from "react";
import type { Theme } from "../shared/theme";

export const EDITOR_THEME: Record<Theme, string> = { light: "z402-light", dark: "z402-dark" };

interface Palette {
  surface: string;
  text: string;
  faint: string;
  accent: string;
  keyword: string;
  field: string;
  argument: string;
  type: string;
  string: string;
  number: string;
}

const PALETTE: Record<Theme, Palette> = {
  light: {
    surface: "#ffffff",
    text: "#1c2230",
    faint: "#68707f",
    accent: "#8a5a00",
    keyword: "#8a5a00",
    field: "#1f4fa3",
    argument: "#6b4bb8",
    type: "#0a6f6a",
    string: "#2e6b2f",
    number: "#b23c17",
  },
  dark: {
    surface: "#1b202b",
    text: "#e6e9f0",
    faint: "#8b94a5",
    accent: "#f4b728",
    keyword: "#f4b728",
    field: "#8ab8ff",
    argument: "#c3a6ff",
    type: "#5fd3c8",
    string: "#9fd68a",
    number: "#ff9e7d",
  },
};

function themeData(theme: Theme): editor.IStandaloneThemeData {
  const p = PALETTE[theme];
  const hex = (color: string): string => color.slice(1);
  return {
    base: theme === "dark" ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      { token: "", foreground: hex(p.text) },
      { token: "comment", foreground: hex(p.faint), fontStyle: "italic" },
      { token: "keyword", foreground: hex(p.keyword) },
      { token: "key.identifier.gql", foreground: hex(p.field) },
      { token: "argument.identifier.gql", foreground: hex(p.argument) },
      { token: "type.identifier.gql", foreground: hex(p.type) },
      { token: "string", foreground: hex(p.string) },
      { token: "string.key.json", foreground: hex(p.field) },
      { token: "string.value.json", foreground: hex(p.string) },
      { token: "number", foreground: hex(p.number) },
      { token: "keyword.json", foreground: hex(p.number) },
    ],
    colors: {
      "editor.background": "#ffffff00",
      "editor.foreground": p.text,
      "editorLineNumber.foreground": `${p.faint}99`,
      "editorLineNumber.activeForeground": p.text,
      "editor.lineHighlightBorder": "#ffffff00",
      "editorIndentGuide.background1": `${p.faint}22`,
      "editorIndentGuide.activeBackground1": `${p.faint}55`,
      "editorWidget.background": p.surface,
      "editorHoverWidget.background": p.surface,
      "editorSuggestWidget.background": p.surface,
      "editorSuggestWidget.selectedBackground": `${p.accent}26`,
      "editorSuggestWidget.selectedForeground": p.text,
      "editorSuggestWidget.highlightForeground": p.accent,
      "list.hoverBackground": `${p.accent}1a`,
      "list.highlightForeground": p.accent,
      "menu.background": p.surface,
      "quickInput.background": p.surface,
      "quickInputList.focusBackground": `${p.accent}26`,
      "quickInputList.focusForeground": p.text,
      "input.background": `${p.faint}1f`,
      "scrollbar.shadow": "#ffffff00",
      "textLink.foreground": p.accent,
      focusBorder: p.accent,
    },
  };
}

/** Monaco arrives after GraphiQL has asked for the theme by name, so it is named again once it is there. */
export function useEditorTheme(theme: Theme): void {
  const monaco = useMonaco((state) => state.monaco);
  const ready = useGraphiQL((state) => Boolean(state.queryEditor));
  useEffect(() => {
    if (!monaco) return;
    monaco.editor.defineTheme(EDITOR_THEME.light, themeData("light"));
    monaco.editor.defineTheme(EDITOR_THEME.dark, themeData("dark"));
    monaco.editor.setTheme(EDITOR_THEME[theme]);
  }, [monaco, ready, theme]);
}

/** GraphiQL makes the editors itself; what it has no setting for is set once they are there. */
export function useEditorOptions(): void {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const headers = useGraphiQL((state) => state.headerEditor);
  const response = useGraphiQL((state) => state.responseEditor);
  useEffect(() => {
    for (const instance of [query, variables, headers, response]) {
      instance?.updateOptions({ fontSize: 13, lineHeight: 20, wordWrap: "on", wrappingIndent: "indent" });
    }
  }, [query, variables, headers, response]);
}
