/** An element with what it holds; for what is drawn without React. */
export function makeElement(
  name: string,
  className: string | undefined,
  ...inner: readonly (Node | string)[]
): HTMLElement {
  const element = document.createElement(name);
  if (className !== undefined) element.className = className;
  element.append(...inner);
  return element;
}
