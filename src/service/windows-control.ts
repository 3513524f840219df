import { dlopen, JSCallback, ptr, type Pointer } from 'bun:ffi';
import { longestOpeningMs } from '../base/opening.ts';
import type { Dispatch, Dispatched } from './windows-dispatcher.ts';

/** dwCurrentState and the rest of SERVICE_STATUS (winsvc.h). */
const ownProcess = 0x10;
const state = { stopped: 1, startPending: 2, stopPending: 3, running: 4 } as const;
const accepts = { stop: 1, shutdown: 4 } as const;
const control = { stop: 1, shutdown: 5 } as const;
/** ERROR_SERVICE_SPECIFIC_ERROR: the number beside it is ours. */
const ourError = 1066;

/** The service control manager of Windows, as the service sees it. */
export interface ServiceControl {
  /** The proxy listens. */
  running(): void;
  /** It is stopping, and that may take so long (s). */
  stopping(seconds: number): void;
  /** It has stopped; the process may be ended by Windows from here on. */
  stopped(exitCode: number): void;
}

/** Where the worker's code lies, see `database/link.ts`. */
function dispatcherLocation(): URL {
  return Bun.isStandaloneExecutable
    ? new URL('./service/windows-dispatcher.ts', import.meta.url)
    : new URL('./windows-dispatcher.ts', import.meta.url);
}

/**
 * Tells Windows that this process is the service `name`. `onStop` is called when it shall stop, or the machine does.
 * Undefined where Windows has not started this process as a service.
 */
export async function serviceControl(name: string, onStop: () => void): Promise<ServiceControl | undefined> {
  const { symbols } = dlopen('advapi32.dll', {
    RegisterServiceCtrlHandlerW: { args: ['ptr', 'ptr'], returns: 'u64' },
    SetServiceStatus: { args: ['u64', 'ptr'], returns: 'i32' },
  });
  const wideName = Buffer.from(`${name}\0`, 'utf16le');
  const started = Promise.withResolvers<boolean>();
  // Both are called on threads of Windows; what they do is done on this one, so neither can give an answer.
  // That is why it is the older handler, which gives none.
  const onControl = new JSCallback(
    (code: number) => {
      if (code === control.stop || code === control.shutdown) onStop();
    },
    { args: ['u32'], returns: 'void', threadsafe: true },
  );
  const serviceMain = new JSCallback(
    () => {
      started.resolve(true);
    },
    { args: ['u32', 'ptr'], returns: 'void', threadsafe: true },
  );
  dispatch({ name, serviceMain: pointerOf(serviceMain) }, () => {
    started.resolve(false);
  });
  if (!(await started.promise)) return undefined;
  const handle = symbols.RegisterServiceCtrlHandlerW(ptr(wideName), pointerOf(onControl));
  const tell = (current: number, waitMs = 0, exitCode = 0): void => {
    const accepted = current === state.running ? accepts.stop | accepts.shutdown : 0;
    const failure = exitCode === 0 ? 0 : ourError;
    const checkPoint = waitMs > 0 ? 1 : 0;
    const status = Uint32Array.of(ownProcess, current, accepted, failure, exitCode, checkPoint, waitMs);
    symbols.SetServiceStatus(handle, ptr(status));
  };
  tell(state.startPending, longestOpeningMs);
  return {
    running() {
      tell(state.running);
    },
    stopping(seconds) {
      tell(state.stopPending, Math.ceil(seconds * 1_000));
    },
    stopped(exitCode) {
      tell(state.stopped, 0, exitCode);
    },
  };
}

/** Starts the thread for Windows; `onOver` is called when it is done, which is at once where this is no service. */
function dispatch(what: Dispatch, onOver: (wasService: boolean) => void): void {
  const worker = new Worker(dispatcherLocation(), { smol: true });
  worker.addEventListener('message', ({ data }: MessageEvent<Dispatched>) => {
    onOver(data.wasService);
    worker.terminate();
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    onOver(false);
  });
  // A worker is no window: it has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  worker.postMessage(what);
}

function pointerOf({ ptr: pointer }: JSCallback): Pointer {
  if (pointer === null) throw new Error('a callback without an address');
  return pointer;
}
