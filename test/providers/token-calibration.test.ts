/** What is learned of a model's tokenizer: slowly, bounded, and only from what says something. */
import { expect, test } from 'bun:test'
import { openTokenCalibration } from '../../src/providers/token-calibration.ts'

test('until three answers are known the ratio is 1, then it is their mean', () => {
  const calibration = openTokenCalibration()
  calibration.learn('anthropic', 'claude-opus-5', 1000, 1300)
  calibration.learn('anthropic', 'claude-opus-5', 1000, 1400)
  expect(calibration.ratio('anthropic', 'claude-opus-5')).toBe(1)
  calibration.learn('anthropic', 'claude-opus-5', 1000, 1500)
  expect(calibration.ratio('anthropic', 'claude-opus-5')).toBeCloseTo(1.4, 10)
})

test('each model at each provider is learned apart', () => {
  const calibration = openTokenCalibration()
  for (let times = 0; times < 3; times++) calibration.learn('a', 'm', 1000, 2000)
  expect(calibration.ratio('a', 'm')).toBe(2)
  expect(calibration.ratio('b', 'm')).toBe(1)
  expect(calibration.ratio('a', 'n')).toBe(1)
})

test('after many answers a new one weighs a tenth, so that a change of the model is followed', () => {
  const calibration = openTokenCalibration()
  for (let times = 0; times < 50; times++) calibration.learn('a', 'm', 1000, 1000)
  calibration.learn('a', 'm', 1000, 2000)
  expect(calibration.ratio('a', 'm')).toBeCloseTo(1.1, 10)
  for (let times = 0; times < 60; times++) calibration.learn('a', 'm', 1000, 2000)
  expect(calibration.ratio('a', 'm')).toBeGreaterThan(1.99)
})

test('one odd answer can not make the ratio odd, and nonsense is passed over', () => {
  const calibration = openTokenCalibration()
  for (let times = 0; times < 3; times++) calibration.learn('a', 'm', 1000, 900_000)
  expect(calibration.ratio('a', 'm')).toBe(2.5)
  for (const [estimated, real] of [
    [1000, 0],
    [1000, -5],
    [1000, Number.NaN],
    [Number.NaN, 1000],
    [0, 1000],
    [50, 100],
  ] as const)
    calibration.learn('a', 'm', estimated, real)
  expect(calibration.ratio('a', 'm')).toBe(2.5)
})

test('five hundred models are remembered, and the one asked longest ago is forgotten for a new one', () => {
  const calibration = openTokenCalibration()
  const teach = (model: string) => {
    for (let times = 0; times < 3; times++) calibration.learn('a', model, 1000, 2000)
  }
  for (let number = 0; number < 500; number++) teach(`m${number}`)
  teach('m0')
  teach('new')
  expect(calibration.ratio('a', 'm0')).toBe(2)
  expect(calibration.ratio('a', 'm1')).toBe(1)
  expect(calibration.ratio('a', 'new')).toBe(2)
})
