/** Whose call it is: turns go round among those who call, and then among the sessions of each. */
export interface Lane {
  /** The id of the client key; `local` without one. */
  readonly client: string;
  /** Subagents share the lane of their session. */
  readonly session?: string | undefined;
}

/** A place that somebody has in the line. */
export interface Place<T> {
  readonly one: T;
  readonly lane: Lane;
  /** Counts arrivals. */
  readonly arrived: number;
}

/** What had its last turn then: `turn` counts those whose turn came. */
interface Waiting {
  turn: number;
}

interface Sessions<T> extends Waiting {
  readonly sessions: Map<string, Waiting & { readonly places: Set<Place<T>> }>;
}

/**
 * Who is next of those that wait: the client whose last turn is longest ago, of its sessions the one whose last
 * turn is longest ago, and of that whoever came first. A lane that is new has its place behind the turns so far, so that
 * nobody gains by coming again and again.
 */
export class Turns<T> {
  readonly #clients = new Map<string, Sessions<T>>();
  #arrivals = 0;
  #turn = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(lane: Lane, one: T): Place<T> {
    const place = { one, lane, arrived: this.#arrivals };
    const { client, session = '' } = lane;
    const turn = this.#turn;
    const { sessions } = entry(this.#clients, client, () => ({ turn, sessions: new Map() }));
    entry(sessions, session, () => ({ turn, places: new Set() })).places.add(place);
    this.#arrivals += 1;
    this.#size += 1;
    return place;
  }

  /** Somebody leaves the line; `served` where it was its turn. */
  remove(place: Place<T>, isServed: boolean): void {
    const { client, session = '' } = place.lane;
    const ofClient = this.#clients.get(client);
    const ofSession = ofClient?.sessions.get(session);
    if (ofClient === undefined || ofSession === undefined || !ofSession.places.delete(place)) return;
    this.#size -= 1;
    if (isServed) {
      this.#turn += 1;
      ofClient.turn = this.#turn;
      ofSession.turn = this.#turn;
    }
    if (ofSession.places.size === 0) ofClient.sessions.delete(session);
    if (ofClient.sessions.size === 0) this.#clients.delete(client);
  }

  /** Everybody, whoever is next in front. */
  inOrder(): Place<T>[] {
    const clients = [...this.#clients.values()].map(({ turn, sessions }) => {
      const lanes = [...sessions.values()].map((lane) => ({ turn: lane.turn, places: [...lane.places] }));
      return { turn, places: inTurn(lanes) };
    });
    return inTurn(clients);
  }
}

/** The places of lanes, lane after lane; each brings its own in the order they come. */
function inTurn<T>(lanes: { turn: number; places: Place<T>[] }[]): Place<T>[] {
  const first = ({ places }: { places: Place<T>[] }): number =>
    Math.min(...places.map(({ arrived }) => arrived));
  return lanes.toSorted((a, b) => a.turn - b.turn || first(a) - first(b)).flatMap(({ places }) => places);
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
