/**
 * Starts counting; what it returns tells the processor time this process has used since (ms). What is to be cheap is held
 * to this and not to the clock on the wall, which counts what else the machine has to do.
 */
export function anEffort(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
