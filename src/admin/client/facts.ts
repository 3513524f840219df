/** What the server said with the page, and says again when the proxy has restarted. */
export interface Facts {
  /** Sent along with every change. */
  change: string | undefined;
  /** Which start of the proxy this page knows. */
  run: string;
  assets: string;
  /** What the server is told that somebody looks at; undefined for what takes it no work. */
  readonly watches: string | undefined;
  /** How everything stood when it was last fetched, by topic. */
  marks: Record<string, string>;
}

let known: Facts | undefined;

/** Read once; `live.ts` keeps them true. */
export function facts(): Facts {
  known ??= read();
  return known;
}

function read(): Facts {
  const {
    change,
    run = '',
    assets = '',
    watches,
    marks,
  } = document.querySelector<HTMLMetaElement>('meta[name="proxy"]')?.dataset ?? {};
  const parsed: Record<string, string> = marks === undefined ? {} : JSON.parse(marks);
  return { change, run, assets, watches, marks: parsed };
}
