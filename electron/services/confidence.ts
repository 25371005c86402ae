import { calibrate, proposeThreshold, thresholdCosts, type Calibration, type SureAnswer, type ThresholdCost } from '../core/confidence';
import { predictionsOf, setUnknownBelow, unknownBelow, type ModelRow } from '../store/models';
import { projectExamples } from './datasets';
import type { Project, ReadProject } from './projects';

/** How far the scores of a model can be trusted, on the validation frames that it was asked about. */
export interface Confidence {
  readonly frames: number;
  readonly calibration: Calibration;
  /** Answers below it are "unknown"; null: every answer counts. */
  readonly threshold: number | null;
  /** What the validation frames suggest; null where it would only lose answers, or where there are too few. */
  readonly proposed: number | null;
  /** Costs of 0, 0.01 … 1. */
  readonly costs: readonly ThresholdCost[];
}

function sureAnswers(project: ReadProject, model: ModelRow): readonly SureAnswer[] {
  const said = predictionsOf(project.db, model.id);
  return projectExamples(project, model.classNames, 'validation').flatMap(({ frameId, classIndex }) => {
    const answer = said.get(frameId);
    return answer ? [{ score: answer.score, correct: answer.classIndex === classIndex }] : [];
  });
}

/** Calibration and unknown threshold of a model; without frames until it was evaluated. */
export function confidenceOf(project: ReadProject, model: ModelRow): Confidence {
  const answers = sureAnswers(project, model);
  return { frames: answers.length, calibration: calibrate(answers), threshold: unknownBelow(project.db, model.id), proposed: proposeThreshold(answers), costs: thresholdCosts(answers) };
}

/** Sets the score (0 to 1) below which a model answers "unknown"; null: it always answers. */
export function setThreshold(project: Project, model: ModelRow, threshold: number | null): void {
  setUnknownBelow(project.db, model.id, threshold);
}
