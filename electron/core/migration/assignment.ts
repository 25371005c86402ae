/**
 * The assignment of rows to columns with the largest sum (Kuhn 1955 in the form of Jonker and Volgenant): for each row its
 * column. `worth` is square; -Infinity forbids a pair, as long as some assignment without such pairs is there.
 */
export function bestAssignment(worth: readonly (readonly number[])[]): number[] {
  const n = worth.length;
  const forbidden = 1e9;
  const cost = (row: number, column: number) => (worth[row - 1]![column - 1]! === -Infinity ? forbidden : -worth[row - 1]![column - 1]!);
  const rowPrice = new Array<number>(n + 1).fill(0);
  const columnPrice = new Array<number>(n + 1).fill(0);
  const rowOf = new Array<number>(n + 1).fill(0);
  for (let row = 1; row <= n; row++) {
    const way = new Array<number>(n + 1).fill(0);
    const least = new Array<number>(n + 1).fill(Infinity);
    const used = new Array<boolean>(n + 1).fill(false);
    rowOf[0] = row;
    let column = 0;
    do {
      used[column] = true;
      const from = rowOf[column]!;
      let [step, next] = [Infinity, 0];
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue;
        const reduced = cost(from, j) - rowPrice[from]! - columnPrice[j]!;
        if (reduced < least[j]!) [least[j], way[j]] = [reduced, column];
        if (least[j]! < step) [step, next] = [least[j]!, j];
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          rowPrice[rowOf[j]!]! += step;
          columnPrice[j]! -= step;
        } else least[j]! -= step;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[way[column]!]!;
      column = way[column]!;
    }
  }
  const columns = new Array<number>(n).fill(0);
  for (let j = 1; j <= n; j++) columns[rowOf[j]! - 1] = j - 1;
  return columns;
}
