/** @jsxImportSource hono/jsx */
import type { BodyDigestView, RequestView, SentDigestView } from '../../contract-usage.ts';
import { isFailed } from '../../request-words.ts';
import { Icon } from '../parts/icons.tsx';

/** So much of a digest tells two bodies apart for somebody who looks (characters). */
const shown = 12;

/** Whether the body of the request went on as it came; where nobody compared it, that and why. */
export function BodyDigests({ call }: { call: RequestView }) {
  const { bodyDigests: digests, bytesIn } = call;
  if (digests === null)
    return bytesIn === 0 ? null : (
      <p class="soft digests-none">
        Whether its body went on as it came was not compared: nobody had Requests open as an admin while it
        passed, and it was not captured. Comparing takes about a millisecond for each megabyte.
      </p>
    );
  const { came, went } = digests;
  return (
    <dl class="digests" aria-label="The body of the request">
      <dt>Body as it came</dt>
      <dd>
        <Digest digest={came} />
        {!came.isWhole && <span class="soft">as far as it came</span>}
      </dd>
      {went.length === 0 && (
        <>
          <dt>Went on</dt>
          <dd class="soft">to nobody</dd>
        </>
      )}
      {went.map((sent) => (
        <>
          <dt>{`To ${sent.account}`}</dt>
          <dd>
            <Digest digest={sent} />
            <Verdict call={call} sent={sent} />
          </dd>
        </>
      ))}
    </dl>
  );
}

function Digest({ digest: { sha256, bytes } }: { digest: BodyDigestView }) {
  return (
    <>
      <code title={`SHA-256 ${sha256}`}>{sha256.slice(0, shown)}</code>
      <span class="soft">{`${bytes.toLocaleString('en')} bytes`}</span>
    </>
  );
}

function Verdict({ call, sent }: { call: RequestView; sent: SentDigestView }) {
  if (sent.isSame)
    return (
      <span class="digest-same">
        <Icon name="check" />
        same bytes
      </span>
    );
  if (call.bodyDigests?.isTranslated === true)
    return <span class="soft">put into the words of the Messages API</span>;
  if (isBrokenOff(call, sent)) return <span class="soft">the rest was not sent</span>;
  return (
    <strong class="digest-other">
      <Icon name="warning" />
      Not the same bytes: please report this
    </strong>
  );
}

/** An attempt that failed, whose client left, or that was answered early, may have ended before all of the body was out. */
function isBrokenOff({ attempts, ended, bodyDigests }: RequestView, sent: SentDigestView): boolean {
  const came = bodyDigests?.came;
  // A part that came and went.
  if (came?.isWhole === false && (sent.sha256 === came.sha256 || sent.bytes < came.bytes)) return true;
  if (sent.bytes >= (came?.bytes ?? 0)) return false;
  const attempt = attempts[sent.attempt - 1];
  return ended !== 'complete' || (attempt !== undefined && isFailed(attempt));
}
