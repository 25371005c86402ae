import { setPriority } from 'node:os';
import { estimate } from '../nn/estimate';
import { evaluate } from '../nn/evaluate';
import { convertModel } from '../nn/export/convertModel';
import { exportModel } from '../nn/export/exportModel';
import { writeHandoff } from '../nn/export/handoff';
import { runMigration } from '../nn/migrate';
import { train } from '../nn/train';
import { trial } from '../nn/trial';
import { serveWorker } from './port';

try {
  // The window stays smooth while it trains.
  setPriority(5);
} catch {
  // Not allowed everywhere, and not needed.
}

serveWorker(async (request, context) => {
  switch (request.kind) {
    case 'train':
      return train(request.job, context, {
        onEpoch: (epoch, best) => context.send({ kind: 'epoch', id: request.id, epoch, best }),
        onLoss: (at, loss) => context.send({ kind: 'loss', id: request.id, at, loss }),
        onCheckpoint: (epoch) => context.send({ kind: 'checkpoint', id: request.id, epoch }),
      });
    case 'evaluate':
      return evaluate(request.job, context);
    case 'migrate':
      return runMigration(request.job, context);
    case 'exportModel':
      return exportModel(request.job, context);
    case 'handoff':
      return writeHandoff(request.job, context);
    case 'convertModel':
      return convertModel(request.job, context);
    case 'estimate':
      return estimate(request.job, context);
    case 'trial':
      return trial();
    case 'predict':
    case 'saliency':
    case 'augment':
    case 'readModel':
    case 'predictArrays':
      throw new Error(`the trainer does not ${request.kind}`);
  }
});
