const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is HTML already. */
export class Markup {
  constructor(readonly text: string) {}
}

export const NO_MARKUP = new Markup('');

/** A template of HTML: its values are escaped, for element content and quoted attributes, unless they are `Markup`. */
export function markup(parts: TemplateStringsArray, ...values: (string | Markup)[]): Markup {
  return new Markup(
    parts.reduce((text, part, index) => {
      const value = values[index - 1] ?? '';
      return text + (value instanceof Markup ? value.text : escape(value)) + part;
    }),
  );
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
