// How a process tells Windows' service manager that it is a service. Run by hand under Wine; see docs/decisions.
import { DynamicLibrary, getRawPointer } from 'node:ffi';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** What Windows is told, and what it asks. */
export interface ServiceControl {
  /** From now on the service is about to end. */
  stopping(): void;
  /** The service has ended in order; Windows does not start it again by itself. */
  stopped(exitCode: number): void;
}

const OWN_PROCESS = 0x10;
const state = { stopped: 1, stopPending: 3, running: 4 } as const;
const ACCEPT_STOP_AND_SHUTDOWN = 5;
const SERVICE_SPECIFIC_ERROR = 1066;
const STILL_ACTIVE = 259;
const STOP_HINT_MS = 60_000;
const LOOK_AGAIN_MS = 100;
/** Leaves out the lowest bit, which the controls for stop (1) and shutdown (5) have and others (4) have not. */
const NO_CONTROL = 0x8002;

const advapi = new DynamicLibrary('advapi32.dll');
const kernel = new DynamicLibrary('kernel32.dll');
const createThread = kernel.getFunction('CreateThread', {
  arguments: ['pointer', 'uint64', 'pointer', 'pointer', 'uint32', 'pointer'],
  return: 'pointer',
});
const exitCodeOfThread = kernel.getFunction('GetExitCodeThread', {
  arguments: ['pointer', 'pointer'],
  return: 'int32',
});
const setErrorMode = kernel.getFunction('SetErrorMode', { arguments: ['uint32'], return: 'uint32' });
const errorMode = kernel.getFunction('GetErrorMode', { arguments: [], return: 'uint32' });
const registerHandler = advapi.getFunction('RegisterServiceCtrlHandlerW', {
  arguments: ['pointer', 'pointer'],
  return: 'pointer',
});
const setStatus = advapi.getFunction('SetServiceStatus', { arguments: ['pointer', 'pointer'], return: 'int32' });

/** Memory that has to stay where it is as long as the process lives. */
const readByDispatcher: Buffer[] = [];

/**
 * Connects this process to the service manager. Windows calls a service's functions on threads of its own, where no JavaScript
 * can run; so it is given functions of Windows that fit:
 *
 * - the dispatcher, which blocks, is the function of a new thread;
 * - the service's main function is `Sleep`: it waits as many milliseconds as there are arguments, and returns;
 * - the handler of controls is `SetErrorMode`: the control becomes the error mode of the process, where a timer finds it.
 *
 * @param onStop called when Windows wants the service to end
 * @throws BatonError when something else than the service manager started the process
 */
export async function connectToServiceManager(name: string, onStop: () => void): Promise<ServiceControl> {
  setErrorMode(NO_CONTROL);
  const nameText = Buffer.from(`${name}\0`, 'utf16le');
  const table = Buffer.alloc(32);
  table.writeBigUInt64LE(getRawPointer(nameText), 0);
  table.writeBigUInt64LE(kernel.getSymbol('Sleep'), 8);
  readByDispatcher.push(nameText, table);
  const dispatcher = createThread(0n, 0n, advapi.getSymbol('StartServiceCtrlDispatcherW'), getRawPointer(table), 0, 0n);
  const handle = await statusHandle(name, nameText, dispatcher);
  const report = (current: number, accepts: number, exitCode: number, hintMs: number): void => {
    const status = Buffer.alloc(28);
    const error = exitCode === 0 ? 0 : SERVICE_SPECIFIC_ERROR;
    for (const [index, value] of [OWN_PROCESS, current, accepts, error, exitCode, 0, hintMs].entries()) {
      status.writeUInt32LE(value, index * 4);
    }
    setStatus(handle, getRawPointer(status));
  };
  let isStopping = false;
  report(state.running, ACCEPT_STOP_AND_SHUTDOWN, 0, 0);
  const timer = setInterval(() => {
    const mode = errorMode();
    if (mode === NO_CONTROL) return;
    setErrorMode(NO_CONTROL);
    if ((mode & 1) === 1 && !isStopping) onStop();
    else if (!isStopping) report(state.running, ACCEPT_STOP_AND_SHUTDOWN, 0, 0);
  }, LOOK_AGAIN_MS);
  timer.unref();
  return {
    stopping() {
      isStopping = true;
      report(state.stopPending, 0, 0, STOP_HINT_MS);
    },
    stopped(exitCode) {
      clearInterval(timer);
      report(state.stopped, 0, exitCode, 0);
    },
  };
}

/** The handle is there once the service manager has asked the dispatcher to start the service. */
async function statusHandle(name: string, nameText: Buffer, dispatcher: bigint): Promise<bigint> {
  const exitCode = Buffer.alloc(4);
  for (;;) {
    exitCodeOfThread(dispatcher, getRawPointer(exitCode));
    if (exitCode.readUInt32LE(0) !== STILL_ACTIVE) {
      throw new BatonError(
        Code.FailedPrecondition,
        `only Windows' service manager can start ${name} in this way: "${name} start" asks it to`,
      );
    }
    const handle = registerHandler(getRawPointer(nameText), kernel.getSymbol('SetErrorMode'));
    if (handle !== 0n) return handle;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
