import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import { environmentPlace } from './given-key.ts';
import type { KeyKeeper } from './key-keeper.ts';
import { headerOf, type KeyHeader, type KeyPlace } from './key-place.ts';
import type { KeyPlaces } from './key-places.ts';
import { newPassphraseNeeded, requireGood } from './passphrase-place.ts';
import { openAll, sealAll } from './sealed.ts';
import type { StoredFile, Turn } from './stored-file.ts';
import type { Rekeyed, RekeyTarget, VaultBackend } from './vault.ts';
import type { SpareKey, VaultFile } from './vault-file.ts';
import { VaultKey } from './vault-key.ts';

/** What giving the vault another key needs. */
export interface RekeyParts {
  readonly stored: StoredFile;
  readonly keeper: KeyKeeper;
  readonly places: KeyPlaces;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Gives the vault another key. In this order, so that a crash at any step leaves a vault that opens: the
 * file notes the new key as one to be removed; the new key is kept; the new file takes the place of the old
 * one, its backup too, and notes the old key as one to be removed; that is removed; the note is struck out.
 * {@link removeSpareKeys} carries on from a note.
 */
export async function rekey(parts: RekeyParts, target: RekeyTarget): Promise<Rekeyed> {
  const { stored, keeper, places, clock } = parts;
  const place = await placeFor(places, target);
  const { file: before } = await stored.read();
  // Whatever may ask a person comes before the vault is locked.
  if (before.entries.size > 0) await keeper.forStored(before);
  return stored.exclusively(async ({ file, write }) => {
    const old = file.entries.size > 0 ? await keeper.forStored(file) : undefined;
    const secrets = old === undefined ? new Map<string, Secret>() : await openAll(old.key, file, stored.path);
    const { key, header } = await newKey(parts, place, { file, write });
    const from = old?.header ?? (file.backend === undefined ? undefined : file);
    const isSame = from?.backend === target.backend && from.key === key.id;
    if (isSame) throw sameKey(place);
    const goes = from?.backend === undefined ? [] : [{ backend: from.backend, key: from.key }];
    const entries = await sealAll(key, file, secrets, new Date(clock.now()).toISOString());
    const after = { ...file, ...header, entries, spare: [...file.spare, ...goes] };
    await write(after, 'after');
    keeper.use(key, place);
    const kept = await removeFrom(parts, { file: after, write });
    const oldPlace = goes[0] === undefined ? undefined : places.at(goes[0].backend);
    const isLeft = oldPlace?.forget === undefined || kept.some((one) => one.key === goes[0]?.key);
    return {
      from: from?.backend,
      to: target.backend,
      detail: place.detail,
      keyId: key.id.slice(0, 8),
      oldKeyIn: isLeft ? oldPlace?.detail : undefined,
    };
  });
}

/** Removes the keys that an interrupted change left behind; what cannot be removed now is tried again later. */
export async function removeSpareKeys(parts: RekeyParts): Promise<void> {
  const { file } = await parts.stored.read();
  if (file.spare.length === 0) return;
  await parts.stored.exclusively(async (turn) => {
    if (turn.file.spare.length === 0) return;
    // The backup may be from before the change, and would be lost with the key it needs.
    await turn.write(turn.file, 'after');
    await removeFrom(parts, turn);
  });
}

/** Where the new key goes, after it was made sure that it can. @throws Problem */
async function placeFor(places: KeyPlaces, { backend, key, passphrase }: RekeyTarget): Promise<KeyPlace> {
  if (backend === 'keychain') await places.keychain.probe();
  if (backend === 'environment' && key !== undefined) return environmentPlace(key);
  if (backend !== 'passphrase') return places.at(backend);
  const { hasPassphrase, passphrase: given } = places.given;
  const chosen = passphrase ?? ((await hasPassphrase?.()) === true ? await given?.(false) : undefined);
  if (chosen === undefined) throw newPassphraseNeeded();
  requireGood(chosen);
  return places.sealedWith(chosen);
}

/** A key that somebody put there, or else a fresh one that is kept there, noted in the file beforehand. */
async function newKey(
  parts: RekeyParts,
  place: KeyPlace,
  turn: Turn,
): Promise<{ key: VaultKey; header: KeyHeader }> {
  const { backend } = place;
  const { file, write } = turn;
  // In a file that the vault uses already, and in its own, lie only keys that are used up.
  const isFresh = ['keychain', 'passphrase'].includes(backend) || backend === file.backend;
  const mayTake = place.keep === undefined || (!isFresh && place.forget === undefined);
  const [there] = mayTake ? await place.keys(file) : [];
  if (there !== undefined) return { key: there, header: headerOf(backend, there) };
  if (place.keep === undefined) throw noKeyThere(place);
  const key = VaultKey.random();
  const noted: VaultFile = { ...file, spare: [...file.spare, { backend, key: key.id }] };
  if (place.forget !== undefined && backend !== 'passphrase') await write(noted, 'after');
  try {
    return { key, header: await place.keep(key) };
  } catch (error) {
    await removeFrom(parts, { file: noted, write }).catch(() => undefined);
    throw error;
  }
}

/** Removes what the file notes, and strikes it out; resolves with what could not be removed. */
async function removeFrom({ places, log }: RekeyParts, { file, write }: Turn): Promise<readonly SpareKey[]> {
  const kept: SpareKey[] = [];
  for (const spare of file.spare) {
    // The change got so far that the new key is the one in use.
    if (spare.key === file.key && spare.backend === file.backend) continue;
    try {
      await places.at(spare.backend).forget?.(spare.key);
    } catch (error) {
      kept.push(spare);
      log.warn('a key that the vault no longer uses could not be removed', {
        from: places.at(spare.backend).detail,
        reason: messageOf(error),
      });
    }
  }
  await write({ ...file, spare: kept }, 'after');
  return kept;
}

function noKeyThere({ backend, detail }: KeyPlace): Problem {
  const remedies: Partial<Record<VaultBackend, string>> = {
    environment:
      'Make a key with "openssl rand -base64 32", keep a copy of it, and give it in that variable.',
    systemd: 'Give the unit the credential first; docs/vault.md shows how.',
  };
  const fix = remedies[backend] ?? 'Put one there first.';
  return new Problem('vault-key-needed', `There is no key in ${detail}.`, fix);
}

function sameKey({ detail }: KeyPlace): Problem {
  return new Problem(
    'vault-same-key',
    `The key in ${detail} is the one in use already.`,
    'Move the key to a key file first (`--to key-file`), then back with another one in that place.',
  );
}
