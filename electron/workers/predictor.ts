import { augmentPreview } from '../nn/augmentPreview';
import { evaluate } from '../nn/evaluate';
import { convertModel } from '../nn/export/convertModel';
import { exportModel } from '../nn/export/exportModel';
import { writeHandoff } from '../nn/export/handoff';
import { predictArrays, readModelJob } from '../nn/files/jobs';
import { runMigration } from '../nn/migrate';
import { Predictor } from '../nn/predict';
import { serveWorker } from './port';
import { Serving } from './server/serving';

const predictor = new Predictor();
const serving = new Serving();

// It answers while the trainer trains: predictions, and evaluations and checks that would otherwise wait for it.
serveWorker(async (request, context) => {
  switch (request.kind) {
    case 'predict':
      return predictor.predict(request.job, context);
    case 'saliency':
      return predictor.saliency(request.job, context);
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
    case 'readModel':
      return readModelJob(request.job, context);
    case 'predictArrays':
      return predictArrays(request.job, context);
    case 'augment':
      return augmentPreview(request.job);
    default:
      throw new Error(`the predictor does not ${request.kind}`);
  }
}, (request, send) => serving.receive(request, send));
