/** @jsxImportSource hono/jsx */
import { pairs } from '../../../http/headers.ts';
import type { CapturedView } from '../../contract-capture.ts';
import type { RequestView } from '../../contract-usage.ts';
import { Heading } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { modelWords } from './words.ts';

/** A body as text, or why there is none. */
export interface SaidBody {
  readonly text: string;
  readonly note: string;
  /** SHA-256 in hex, of the bytes as they travelled; undefined where not all of them were kept. */
  readonly digest: string | undefined;
}

interface SaidProps {
  readonly call: RequestView;
  readonly captured: CapturedView;
  readonly request: SaidBody;
  readonly answer: SaidBody;
}

/** What was said in a call, where somebody has turned that on: as text, whatever it is. */
export function Said({ call, captured, request, answer }: SaidProps) {
  return (
    <>
      <p class="back">
        <a href={`/requests/${call.id}`} data-key="b">
          <Icon name="back" />
          The request
        </a>
      </p>
      <Heading title={`Said in ${modelWords(call)}`} />
      <Side title="Request" headers={captured.requestHeaders} body={request} />
      <Side title="Answer" headers={captured.answerHeaders} body={answer} />
    </>
  );
}

function Side({ title, headers, body }: { title: string; headers: readonly string[]; body: SaidBody }) {
  return (
    <section class="card said" aria-label={title}>
      <header class="card-head">
        <h2>{title}</h2>
        <span class="soft">{body.note}</span>
      </header>
      <dl class="facts said-headers">
        {[...pairs(headers)].map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </>
        ))}
        {body.digest !== undefined && (
          <>
            <dt>SHA-256</dt>
            <dd>
              <code>{body.digest}</code>
            </dd>
          </>
        )}
      </dl>
      {body.text !== '' && (
        <pre class="said-text" tabindex={0} aria-label={`Body of the ${title.toLowerCase()}`}>
          {body.text}
        </pre>
      )}
    </section>
  );
}
