import type { ReadableDB, WritableDB } from './database';

/** A film or folder of pictures that waits for its import; survives a crash. */
export interface QueuedImport {
  readonly id: number;
  readonly batch: string;
  readonly path: string;
  readonly kind: 'film' | 'pictures';
  readonly class: string | null;
  readonly background: string | null;
  readonly sampling: string;
  readonly link: boolean;
  /** Which video stream of a film (from 0); null: the default one. */
  readonly stream?: number | null;
}

/** Writes the wishes down before the first of them is touched. Gives the queue entries. */
export function queueImports(db: WritableDB, batch: string, wishes: readonly Omit<QueuedImport, 'id' | 'batch'>[]): readonly QueuedImport[] {
  const insert = db.prepare('INSERT INTO imports (batch, path, kind, class, background, sampling, link, stream, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return db.transaction(() =>
    wishes.map((wish) => {
      const { lastInsertRowid } = insert.run(batch, wish.path, wish.kind, wish.class, wish.background, wish.sampling, wish.link ? 1 : 0, wish.stream ?? null, new Date().toISOString());
      return { ...wish, id: Number(lastInsertRowid), batch };
    }),
  )();
}

/** What was asked for and is not done yet. */
export function waitingImports(db: ReadableDB): readonly QueuedImport[] {
  return db
    .prepare<[], Omit<QueuedImport, 'link'> & { link: number }>(`SELECT id, batch, path, kind, class, background, sampling, link, stream FROM imports WHERE state = 'waiting' ORDER BY id`)
    .all()
    .map((row) => ({ ...row, link: row.link === 1 }));
}

/** Takes an entry out of the queue: imported, or refused for good. */
export function finishImport(db: WritableDB, id: number, state: 'done' | 'refused'): void {
  db.prepare('UPDATE imports SET state = ? WHERE id = ?').run(state, id);
}

/** Forgets waiting entries of a batch that the user cancelled. */
export function cancelImports(db: WritableDB, batch: string): void {
  db.prepare(`UPDATE imports SET state = 'refused' WHERE batch = ? AND state = 'waiting'`).run(batch);
}
