import type { ClientKey } from '../../access/client-key.ts';
import { KeyRing } from '../../access/key-ring.ts';
import type { Clock } from '../../base/clock.ts';
import type { LineLog } from '../../base/log.ts';
import type { Settings } from '../../config/settings.ts';
import { openPricing } from '../../prices/pricing.ts';
import { Afterwards } from '../../proxy/afterwards.ts';
import type { Gateway } from '../../proxy/gateway.ts';
import { HeldBytes } from '../../proxy/held.ts';
import { Models } from '../../proxy/models.ts';
import { Underway } from '../../proxy/underway.ts';
import { Unread } from '../../proxy/unread.ts';
import type { CallRecord } from '../../usage/call-record.ts';
import type { Sender } from '../../wire/sender.ts';
import { tidiedWhenQuiet } from '../quiet.ts';
import { rememberedWaysOut } from '../ways-out.ts';
import type { Channel } from './channel.ts';
import { Grants } from './grants.ts';
import { Pictured } from './pictured.ts';
import { RemoteCapture } from './remote-capture.ts';
import { RemoteChooser } from './remote-chooser.ts';
import { RemoteEntrance } from './remote-entrance.ts';
import { RemoteHeadroom } from './remote-headroom.ts';
import { RemotePurse } from './remote-purse.ts';
import { RemoteSecrets } from './remote-secrets.ts';
import type { Beginning, OverElsewhere, OwnerSpeech, WorkerSpeech } from './speech.ts';

/** How often the traffic of a worker is told of, where it changes (ms). */
const tellTrafficMs = 100;

export interface RemoteOptions {
  readonly channel: Channel<WorkerSpeech, OwnerSpeech>;
  readonly beginning: Beginning;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly log: LineLog;
  /** Told where the first process did not hear everything: what it counts for this one is wrong from then on. */
  readonly onDropped: () => void;
}

/** What a call meets on its way through a worker: its own wire, and the first process wherever something is decided. */
export class RemoteGateway {
  readonly gateway: Gateway;
  readonly #options: RemoteOptions;
  readonly #pictured: Pictured;
  readonly #grants: Grants;
  readonly #keys: KeyRing;
  readonly #purse: RemotePurse;
  readonly #secrets: RemoteSecrets;
  readonly #entrance: RemoteEntrance;
  readonly #held = new HeldBytes();
  /** Who looks at requests does it at a page of the first process. */
  readonly #onlookers = { any: false };
  #keyList: readonly ClientKey[] = [];
  #settings: Settings;
  #toldTraffic = '';
  #toldDropped = 0;
  #isTelling = false;

  constructor(options: RemoteOptions) {
    const { channel, beginning, sender, clock, log } = options;
    this.#options = options;
    this.#settings = beginning.settings;
    this.#pictured = new Pictured(clock);
    this.#grants = new Grants(clock);
    this.#keys = new KeyRing(clock);
    this.#secrets = new RemoteSecrets(channel, clock);
    const settings = (): Settings => this.#settings;
    const tidy = tidiedWhenQuiet(clock, () => {
      Bun.gc(true);
    });
    this.#entrance = new RemoteEntrance(channel, tidy, () => {
      this.#tellTrafficSoon();
    });
    const pictured = this.#pictured;
    this.#purse = new RemotePurse({ channel, pictured, settings, keys: () => this.#keyList });
    const choosers = { channel, pictured, grants: this.#grants };
    const capture = new RemoteCapture(channel, settings, log);
    const wayOutOf = rememberedWaysOut((entry) => this.#secrets.entry(entry));
    const { secretOf, tokens } = this.#secrets;
    this.gateway = {
      settings,
      keys: this.#keys,
      limits: this.#entrance,
      pool: pictured.pool,
      chooserFor: (work) => new RemoteChooser(work, choosers),
      bindings: remoteBindings(channel),
      headroom: new RemoteHeadroom(channel, pictured, clock),
      models: new Models({ sender, secretOf, wayOutOf, clock, log }),
      sender,
      secretOf,
      tokens,
      wayOutOf,
      held: this.#held,
      crowd: this.#entrance,
      underway: new Underway(),
      onlookers: this.#onlookers,
      afterwards: new Afterwards((work) => setImmediate(work), log),
      budgets: this.#purse,
      record: (record) => {
        this.#tellOver(record);
      },
      keep: capture.keep,
      pricing: openPricing(() => this.#settings.prices),
      unread: new Unread(log),
      clock,
      log,
      random: Math.random,
    };
    this.takeWatched(beginning.isWatched);
    this.takeKeys(beginning.keys);
    this.#pictured.take(beginning.picture);
  }

  takeSettings(settings: Settings): void {
    this.#settings = settings;
    this.#purse.forget();
  }

  takeKeys(keys: readonly (readonly [hash: string, key: ClientKey])[]): void {
    this.#keys.fill(keys);
    this.#keyList = keys.map(([, key]) => key);
    this.#purse.forget();
  }

  takePicture(picture: Beginning['picture']): void {
    this.#pictured.take(picture);
    this.#grants.forgetAll(picture.number);
    this.#purse.forget();
  }

  takeWatched(isWatched: boolean): void {
    this.#onlookers.any = isWatched;
  }

  openTo(ids: readonly string[]): void {
    this.#pictured.openTo(ids);
  }

  moved(session: string, number: number): void {
    this.#grants.forget(session, number);
  }

  #tellOver(record: CallRecord): void {
    const { channel } = this.#options;
    const over: OverElsewhere = { record, hold: this.#purse.heldFor(record) };
    const told = { is: 'over', json: JSON.stringify(over) } as const;
    // What is held for it may be what others are refused for.
    if (typeof over.hold === 'number') channel.tell(told);
    else channel.tellLater(told);
  }

  /** Says all that there is to be said by now. */
  tellAll(): void {
    this.gateway.afterwards.finish();
    this.#tellTraffic();
  }

  /** Says what goes on here now, where it is something else than before. */
  #tellTraffic(): void {
    const { calls, streams } = this.#entrance;
    const traffic = { calls, streams, heldBytes: this.#held.bytes };
    const said = JSON.stringify(traffic);
    if (said === this.#toldTraffic) return;
    this.#toldTraffic = said;
    this.#options.channel.tellLater({ is: 'traffic', ...traffic });
  }

  #tellDropped(): void {
    const { channel, log, onDropped } = this.#options;
    const { dropped } = channel;
    if (dropped > this.#toldDropped) {
      log.error('calls are missing in the ledger: the first process did not hear of them', { dropped });
      onDropped();
    }
    this.#toldDropped = dropped;
  }

  /** In a moment, so that many calls are told of at once. */
  #tellTrafficSoon(): void {
    const { clock } = this.#options;
    if (this.#isTelling) return;
    this.#isTelling = true;
    clock.after(tellTrafficMs, () => {
      this.#isTelling = false;
      this.#tellDropped();
      this.#tellTraffic();
      // Streams go on for minutes without a word: as long as there is any traffic it is looked at.
      if (this.#entrance.calls + this.#entrance.streams > 0) this.#tellTrafficSoon();
    });
  }
}

/** Which account an object belongs to, as the first process knows it. */
function remoteBindings(channel: RemoteOptions['channel']): Gateway['bindings'] {
  return {
    find: (id) => channel.ask('find', id),
    remember: (kind, id, accountId, ttlMs) => {
      channel.tell({ is: 'bound', kind, id, accountId, ttlMs });
    },
  };
}
