import { dlopen, ptr, type Pointer } from 'bun:ffi';

declare const self: Worker;

/** What the worker is told: the name of the service, and what Windows is to call when it starts. */
export interface Dispatch {
  readonly name: string;
  readonly serviceMain: Pointer;
}

/** What it says once the dispatcher has come back: whether Windows had started this process as a service. */
export interface Dispatched {
  readonly wasService: boolean;
}

/**
 * The thread that belongs to the service control manager: StartServiceCtrlDispatcherW comes back when the service
 * has stopped, and holds its thread until then. Hence a worker.
 */
self.addEventListener('message', ({ data }: MessageEvent<Dispatch>) => {
  const { symbols } = dlopen('advapi32.dll', {
    StartServiceCtrlDispatcherW: { args: ['ptr'], returns: 'i32' },
  });
  const name = Buffer.from(`${data.name}\0`, 'utf16le');
  // SERVICE_TABLE_ENTRYW: name and function, and an empty one as the end.
  const table = BigUint64Array.of(BigInt(ptr(name)), BigInt(data.serviceMain), 0n, 0n);
  const done = symbols.StartServiceCtrlDispatcherW(ptr(table));
  const said: Dispatched = { wasService: done !== 0 };
  // A worker is no window: it has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  self.postMessage(said);
});
