import type { Settings } from '../config/settings.ts';
import type { Archive, ArchivedCall, ListAsk } from '../usage/capture/archive.ts';
import type { CaptureState } from '../usage/capture/capture.ts';
import { dayOfFile } from '../usage/capture/file-name.ts';
import type { BodyPart } from '../usage/capture/reading-file.ts';
import type { CapturedView, CaptureListView, CaptureStockView, CaptureView } from './contract-capture.ts';
import { moment } from './status.ts';

/** What commands may ask of captures. Every method may throw Problems of the vault. */
export interface Captures {
  list(ask: ListAsk): Promise<CaptureListView>;
  /** The newest call with this id. @throws Problem capture-unknown, capture-key-missing, capture-damaged */
  find(requestId: string): Promise<CapturedView>;
  /** What is kept of a body, as it travelled. @throws Problem as {@link find} does */
  body(call: { readonly file: string; readonly place: number }, part: BodyPart): Promise<Uint8Array>;
  /** How much there is; no key is needed. */
  stock(): Promise<CaptureStockView>;
  /** Destroys what was kept on `day`, or everything. */
  destroy(day: string | undefined): Promise<CaptureStockView>;
}

/** Whoever writes meanwhile, where somebody does. */
export interface CaptureWriter {
  flush(): Promise<void>;
  destroy(choose: (id: string) => boolean): Promise<CaptureStockView>;
}

/** Captures of this home, read where they are kept. */
export function localCaptures(archive: Archive, writer?: CaptureWriter): Captures {
  return {
    async list(ask) {
      await writer?.flush();
      const { calls, flaws } = await archive.list(ask);
      return { calls: calls.map(capturedView), flaws };
    },
    async find(requestId) {
      await writer?.flush();
      return capturedView(await archive.find(requestId));
    },
    body: ({ file, place }, part) => archive.body(file, place, part),
    stock: async () => stockOf(await archive.files()),
    async destroy(day) {
      const choose = (id: string): boolean => day === undefined || dayOfFile(id) === day;
      if (writer !== undefined) return writer.destroy(choose);
      const files = (await archive.files()).filter(({ id }) => choose(id));
      await archive.destroy(files.map(({ id }) => id));
      return stockOf(files);
    },
  };
}

/** For `status`; `state` is undefined where nobody has needed it. */
export function captureView(
  { keepDays, maxBytes }: Settings['capture'],
  folder: string,
  since: number | undefined,
  state: CaptureState | undefined,
): CaptureView {
  return {
    isOn: since !== undefined,
    since: since === undefined ? null : moment(since),
    folder,
    keepDays,
    maxBytes,
    kept: state?.kept ?? 0,
    dropped: state?.dropped ?? 0,
    trouble: state?.trouble ?? null,
  };
}

function stockOf(files: readonly { readonly bytes: number }[]): CaptureStockView {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function capturedView({ file, place, about }: ArchivedCall): CapturedView {
  const { startedAt, request, answer, ...said } = about;
  return {
    ...said,
    file,
    place,
    at: moment(startedAt),
    request: { bytes: request.bytes, kept: request.kept },
    answer: { bytes: answer.bytes, kept: answer.kept },
  };
}
