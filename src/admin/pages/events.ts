import type { Role } from '../../access/people/role.ts';
import type { Clock } from '../../base/clock.ts';
import type { Feed, Marks, Topic } from './feed.ts';

export interface StreamOptions {
  readonly feed: Feed;
  /** Said first: a page that knows another run, or has other assets, is of an earlier start. */
  readonly hello: { readonly run: string; readonly assets: string; readonly change: string };
  readonly clock: Clock;
  /** Says that somebody follows, and returns the way to take that back. */
  readonly enter?: (() => () => void) | undefined;
  /** What whoever follows may do. */
  readonly role: Role;
  /** Asked again and again: whoever is signed out elsewhere, or taken out of the settings, is shown no more. */
  readonly roleNow: () => Promise<Role | undefined>;
}

/** When one of these changes, somebody may have been given another role, or was signed out. */
const ofPeople: readonly Topic[] = ['people', 'changes', 'settings'];

/** So often at the least something is said (ms): a page that hears nothing for longer knows that the line is dead. */
const beatMs = 10_000;

/** The stream of events that an open page follows (server-sent events, HTML Living Standard §9.2). */
export function eventStream({ feed, hello, enter, clock, role, roleNow }: StreamOptions): Response {
  const encoder = new TextEncoder();
  const ends: (() => void)[] = [];
  const end = (): void => {
    for (const one of ends.splice(0)) one();
  };
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      let isOver = false;
      if (enter !== undefined) ends.push(enter());
      ends.push(() => {
        isOver = true;
      });
      const say = (event: string, data: unknown): void => {
        if (!isOver) controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      /** Whether whoever follows is who they were; for others it ends here. */
      const isTheSame = async (): Promise<boolean> => {
        // A database that cannot be asked now is asked at the next beat.
        const now = await roleNow().catch(() => role);
        if (now === role) return true;
        // With another role the page offers other things: it is fetched again.
        say(now === undefined ? 'signed-out' : 'other-role', {});
        if (!isOver) controller.close();
        end();
        return false;
      };
      ends.push(
        beating(clock, async () => {
          if (await isTheSame()) say('beat', {});
        }),
      );
      let last: Marks | undefined;
      const onMarks = (marks: Marks): void => {
        const mayBeOthers = last !== undefined && ofPeople.some((topic) => marks[topic] !== last?.[topic]);
        last = marks;
        say('marks', marks);
        if (mayBeOthers) void isTheSame();
      };
      ends.push(
        feed.follow(onMarks, () => {
          if (!isOver) controller.close();
          end();
        }),
      );
      const marks = await feed.marks();
      last ??= marks;
      say('hello', { ...hello, marks });
    },
    cancel: end,
  });
  return new Response(body, { headers: streamHeaders });
}

const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  // Reverse proxies that gather answers would keep every event back.
  'x-accel-buffering': 'no',
} as const;

/** What a stream would begin with, for those who ask for its head alone. */
export function emptyStream(): Response {
  return new Response(null, { headers: streamHeaders });
}

/** All that somebody is told who is not known: their page then goes to the sign-in. */
export function signedOutStream(): Response {
  return new Response('event: signed-out\ndata: {}\n\n', { headers: streamHeaders });
}

/** Calls `beat` again and again; returns the way to stop. */
function beating(clock: Clock, beat: () => Promise<void>): () => void {
  let cancel = (): void => {};
  let isStopped = false;
  const beatOnce = async (): Promise<void> => {
    await beat();
    if (!isStopped) next();
  };
  const next = (): void => {
    cancel = clock.after(beatMs, () => {
      void beatOnce();
    });
  };
  next();
  return () => {
    isStopped = true;
    cancel();
  };
}
