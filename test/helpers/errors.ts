/** The key of the sentence with which a call fails; the error itself where it has none, null where it does not fail. */
export async function keyOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return (error as { key?: string }).key ?? error;
  }
}
