import { lazy, type ComponentType, type LazyExoticComponent } from "react";

/**
 * A chart whose code comes beside the first answers: the page stands without it, and it is there when they are. Until
 * it is, its tile is being fetched like one without an answer, so that no key or reader passes by a place that is empty.
 */
export function lazyChart<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> {
  // After the page's own script has run; what fails here is tried again where the chart is drawn.
  setTimeout(() => void load().catch(() => undefined));
  return lazy(load);
}
