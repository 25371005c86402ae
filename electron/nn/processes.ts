/** Whether a process with this number runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else answers that it may not be asked: it runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
