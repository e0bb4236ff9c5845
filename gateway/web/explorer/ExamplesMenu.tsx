import { ChevronDownIcon, DropdownMenu, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import type { ReactElement } from "react";
import { examples, type Example } from "./examples";

/** Opens any worked example in a tab of its own, also after its first tab was closed or changed. */
export function ExamplesMenu({ merchantId }: { merchantId: string | null }): ReactElement {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const open = (example: Example): void => {
    addTab();
    variableEditor?.setValue(example.variables);
    queryEditor?.setValue(example.query);
    queryEditor?.focus();
  };
  return (
    <DropdownMenu>
      <DropdownMenu.Button className="examples-button">
        Examples <ChevronDownIcon aria-hidden="true" />
      </DropdownMenu.Button>
      <DropdownMenu.Content align="end" className="examples-menu">
        {examples(merchantId).map((example) => (
          <DropdownMenu.Item key={example.title} onSelect={() => open(example)}>
            <strong>{example.title}</strong>
            <span>{example.summary}</span>
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
