// Elements of the page, made in one expression.

type Attributes = Record<string, string | number | (() => void)>;

/** An HTML element; a function among the attributes is a listener of the event of that name. */
export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  return furnish(document.createElement(tag), attributes, children);
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[Tag] {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Changes the attributes of an element that is there. */
export function change<Kind extends Element>(element: Kind, attributes: Attributes): Kind {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
  return element;
}

/** Changes the text of an element that is there. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function furnish<Kind extends Element>(element: Kind, attributes: Attributes, children: (Node | string)[]): Kind {
  change(element, attributes).append(...children);
  return element;
}
