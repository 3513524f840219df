import { wallClock, type Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { LineLog } from '../../base/log.ts';
import type { Listener } from '../../wire/listener.ts';
import { openWire } from '../../wire/open.ts';
import { application } from '../app.ts';
import { readExtraCa } from '../extra-ca.ts';
import { openDoor } from '../listening.ts';
import { runningView } from '../running.ts';
import { peerCheck, trustedBy } from '../trusted.ts';
import { Channel, type Hearer, type Parcel } from './channel.ts';
import { HandOver } from './hand-over.ts';
import { RemoteGateway } from './remote-gateway.ts';
import { buildWords, type Beginning, type OwnerSpeech, type WorkerSpeech } from './speech.ts';

/** The way to the process that started this one. */
export interface ParentLine {
  send(parcel: Parcel): void;
  onParcel(take: (parcel: Parcel) => void): void;
  /** The first process is gone, or has let go. */
  onGone(then: () => void): void;
  /** Somebody wants this process to stop. */
  onSignal(stop: () => void): void;
  /** It listens now. */
  hasBegun(): void;
  /** Ends this process as it is. */
  giveUp(): void;
}

/** Nobody is left who would end it: how long closing may take beyond what running answers get (ms). */
const stopWithinMs = 5_000;

/** More running calls than anybody looks at. */
const mostShown = 500;

/**
 * A worker: carries calls on the port of the first process, and decides nothing. Resolves when it has stopped: told to
 * by the first process, by a signal, or because that process is gone; running answers may end first.
 */
export async function runWorker(line: ParentLine, clock: Clock = wallClock): Promise<void> {
  const worker = new Worker(line);
  line.onGone(() => {
    void worker.stop();
    clock.after(worker.drainMs + stopWithinMs, () => {
      line.giveUp();
    });
  });
  line.onSignal(() => void worker.stop());
  await worker.stopped;
}

class Worker implements Hearer<OwnerSpeech> {
  readonly stopped: Promise<void>;
  readonly #line: ParentLine;
  readonly #channel: Channel<WorkerSpeech, OwnerSpeech>;
  readonly #log: LineLog;
  readonly #handOver: HandOver;
  readonly #closing: (() => void | Promise<void>)[] = [];
  readonly #isOver = Promise.withResolvers<void>();
  #remote: RemoteGateway | undefined;
  #door: Listener | undefined;
  #stopping: Promise<void> | undefined;
  /** What was told before there was anybody to hear it. */
  readonly #early: OwnerSpeech['tells'][] = [];

  constructor(line: ParentLine) {
    this.#line = line;
    this.stopped = this.#isOver.promise;
    const send = (parcel: Parcel): void => {
      line.send(parcel);
    };
    this.#channel = new Channel(send, this, wallClock);
    this.#handOver = new HandOver(this.#channel, wallClock);
    this.#log = new LineLog({
      level: 'info',
      format: 'json',
      colour: false,
      clock: wallClock,
      keep: (json) => {
        this.#channel.tellLater({ is: 'line', json });
      },
    });
    line.onParcel((parcel) => {
      this.#channel.take(parcel);
    });
    line.onGone(() => {
      this.#channel.close();
    });
  }

  told(what: OwnerSpeech['tells']): void {
    const remote = this.#remote;
    if (remote === undefined) {
      this.#early.push(what);
      return;
    }
    switch (what.is) {
      case 'settings':
        remote.takeSettings(what.settings);
        break;
      case 'picture':
        remote.takePicture(what.picture);
        break;
      case 'open':
        remote.openTo(what.open);
        break;
      case 'keys':
        remote.takeKeys(what.keys);
        break;
      case 'moved':
        remote.moved(what.session, what.number);
        break;
      case 'level':
        this.#log.level = what.level;
        break;
      case 'watched':
        remote.takeWatched(what.isWatched);
        break;
      case 'leave':
        this.#door?.leave();
        break;
      case 'chunk':
        this.#handOver.chunk(what.id, what.bytes);
        break;
      case 'end':
        this.#handOver.end(what.id, what.isWhole);
    }
  }

  readonly answers: Hearer<OwnerSpeech>['answers'] = {
    begin: async (beginning) => {
      if (beginning.build !== buildWords) return { is: 'another-build' };
      await this.#begin(beginning);
      this.#line.hasBegun();
      return { is: 'ready' };
    },
    drain: async () => {
      await this.stop();
    },
    news: () => {
      this.#remote?.tellAll();
    },
    alive: () => {},
    running: () => {
      const calls = this.#remote?.gateway.underway.look() ?? [];
      return calls.slice(0, mostShown).map((call) => runningView(call, wallClock.monotonic()));
    },
  };

  /** How long running answers get when it stops (ms). */
  get drainMs(): number {
    return (this.#remote?.gateway.settings().server.drainSeconds ?? 0) * 1_000;
  }

  /** Stops listening, lets running answers end, and says what is still to be said. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** @throws Problem tls-…, ca-unreadable; the system error when the address cannot be had */
  async #begin(beginning: Beginning): Promise<void> {
    const { settings, port, level } = beginning;
    const clock = wallClock;
    const log = this.#log;
    log.level = level;
    const wire = await openWire(settings.server.wire);
    const sender = wire.openSender({ clock, extraCa: await readExtraCa(settings.upstream.extraCa) });
    this.#closing.push(() => {
      sender.close();
    });
    // Places and holds whose end was not heard of are given back when this process is gone; another one follows.
    const onDropped = (): void => void this.stop();
    const channel = this.#channel;
    const remote = new RemoteGateway({ channel, beginning, sender, clock, log, onDropped });
    const { gateway } = remote;
    this.#remote = remote;
    for (const what of this.#early.splice(0)) this.told(what);
    const isTrusted = trustedBy(settings.server.trustedProxies);
    const handler = application({
      gateway,
      own: (call) => this.#handOver.answer(call),
      doors: () => gateway.settings().server,
      checkPeer: peerCheck(isTrusted),
      isTrusted,
      log,
    });
    const live = () => gateway.settings();
    const door = { live, handler, listen: wire.listen, isShared: true, clock, log, closing: this.#closing };
    this.#door = await openDoor(door, port);
  }

  async #stop(): Promise<void> {
    for (const close of this.#closing.toReversed()) {
      try {
        await close();
      } catch (error) {
        this.#log.error('not closed cleanly', { reason: messageOf(error) });
      }
    }
    this.#remote?.tellAll();
    await this.#channel.flush();
    this.#isOver.resolve();
  }
}
