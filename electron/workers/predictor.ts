import { Predictor } from '../nn/predict';
import { serveWorker } from './port';

const predictor = new Predictor();

serveWorker(async (request, context) => {
  if (request.kind !== 'predict') throw new Error(`the predictor does not ${request.kind}`);
  return predictor.predict(request.job, context);
});
