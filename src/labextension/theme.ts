// JupyterLab's theme as the page has it now.

/** A colour or font of the theme, for example "--jp-ui-font-color1". */
export const themed = (variable: string): string => getComputedStyle(document.body).getPropertyValue(variable).trim();

/** Calls back whenever the user chooses another theme; answers a function that ends it. */
export function onTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-name"] });
  return () => observer.disconnect();
}
