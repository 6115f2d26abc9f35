// Small helpers to make elements. Texts are only ever set as text, never as HTML.

/**
 * Makes an element.
 *
 * @param tag Its tag, with classes after dots: `button.jp-mod-styled`.
 * @param attributes Its attributes; those that are functions are listeners, such as `click`.
 * @param children Elements and texts.
 */
export function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(key, value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Makes a button that cannot be pressed again while what it does goes on. */
export function button(label, action, attributes = {}) {
  const element = make('button.cjp-Button.jp-mod-styled', { type: 'button', ...attributes }, label);
  element.addEventListener('click', async () => {
    element.disabled = true;
    try {
      await action();
    } finally {
      element.disabled = false;
    }
  });
  return element;
}
