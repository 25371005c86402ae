import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addTrainingOptions, trainingConfig, type TrainingFlags } from '../../../electron/cli/trainingOptions';
import { classWeightsOf } from '../../../electron/core/training';
import { callSchemas } from '../../../electron/ipc/schemas';
import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';

const parsed = (...args: readonly string[]): Partial<TrainingConfig> => {
  const command = addTrainingOptions(new Command('train')).exitOverride();
  command.parse([...args], { from: 'user' });
  return trainingConfig(command.opts<TrainingFlags>());
};

/** True when the contract of the window takes the same numbers. */
function accepted(config: Partial<TrainingConfig>): boolean {
  return callSchemas['rounds:train'].safeParse([{ backgrounds: null, input: null, preset: null, from: null, config: { ...defaultTrainingConfig, ...config } }]).success;
}

describe('options of the command line', () => {
  test('nothing said, nothing set', () => expect(parsed()).toEqual({}));

  test('the optimizer and what belongs to it', () => {
    const config = parsed('--optimizer', 'sgd', '--momentum', '0.8', '--nesterov', '--weight-decay', '0.01', '--l1', '0', '--l2', '0.001', '--clip', '1', '--label-smoothing', '0.1', '--class-weights', 'balanced');
    expect(config).toEqual({ optimizer: 'sgd', momentum: 0.8, nesterov: true, weightDecay: 0.01, l1: 0, l2: 0.001, clip: 1, labelSmoothing: 0.1, classWeights: 'balanced' });
    expect(accepted(config)).toBe(true);
  });

  test('class weights by name', () => {
    expect(parsed('--class-weights', 'cup=2, ball=0.5')).toEqual({ classWeights: { cup: 2, ball: 0.5 } });
    expect(accepted({ classWeights: { cup: 2 } })).toBe(true);
  });

  test.each([
    ['--optimizer', 'rmsprop'], ['--momentum', '1'], ['--weight-decay', '-1'], ['--l2', 'x'], ['--clip', '-2'], ['--label-smoothing', '1'],
    ['--class-weights', 'cup'], ['--class-weights', '=2'], ['--epochs', '0'], ['--learning-rate', '0'],
  ])('%s %s is refused', (option, value) => expect(() => parsed(option, value)).toThrow(value));
});

test('weights of classes: balanced by scikit-learn\'s formula, given by name', () => {
  expect(classWeightsOf(undefined, ['a'], [3])).toBeNull();
  expect(classWeightsOf('none', ['a'], [3])).toBeNull();
  expect(classWeightsOf('balanced', ['a', 'b', 'c'], [8, 2, 0])).toEqual([0.625, 2.5, 1]);
  expect(classWeightsOf({ b: 4 }, ['a', 'b'], [1, 1])).toEqual([1, 4]);
});
