import { describe, expect, test } from 'bun:test'
import { firstStep, nextStep, reasonsOf, type Fit } from '../../src/rules/cascade.ts'

const fits: Fit = { kind: 'fits' }
const fitsAll = (): Fit => fits
const ladder = (...models: readonly string[]) => ({ models, maxEscalations: 2 })
const three = ladder('small', 'middle', 'large')

describe('where a cascade begins', () => {
  test('at the cheapest, where complexity does not decide', () => {
    expect(firstStep(three, null, fitsAll)).toEqual({
      kind: 'ask',
      model: 'small',
      rung: 0,
      why: 'the cascade begins with it',
    })
  })

  test.each([
    [3, 'simple', 0],
    [3, 'moderate', 1],
    [3, 'complex', 2],
    [2, 'moderate', 0],
    [2, 'complex', 1],
    [4, 'moderate', 1],
    [4, 'complex', 3],
    [1, 'complex', 0],
  ] as const)('of %d models what looks %s begins at %d', (count, tier, rung) => {
    const models = ['a', 'b', 'c', 'd'].slice(0, count)
    expect(firstStep(ladder(...models), tier, fitsAll)).toMatchObject({ kind: 'ask', rung })
  })

  test('never at a model that lacks what is needed: the next above, else the nearest below', () => {
    const lacks =
      (...models: readonly string[]) =>
      (model: string): Fit =>
        models.includes(model) ? { kind: 'lacks', what: 'images' } : fits
    expect(firstStep(three, null, lacks('small'))).toEqual({
      kind: 'ask',
      model: 'middle',
      rung: 1,
      why: 'the cascade begins with it; small lacks images',
    })
    expect(firstStep(three, 'complex', lacks('large'))).toMatchObject({ kind: 'ask', model: 'middle', rung: 1 })
    expect(firstStep(three, null, lacks('small', 'middle', 'large'))).toEqual({
      kind: 'stop',
      why: 'it is the last of the cascade; small lacks images; middle lacks images; large lacks images',
    })
  })

  test('below what may not be paid, though the request looks complex', () => {
    const fitOf = (model: string): Fit => (model === 'large' ? { kind: 'too-dear', why: 'the daily limit' } : fits)
    expect(firstStep(three, 'complex', fitOf)).toEqual({
      kind: 'ask',
      model: 'middle',
      rung: 1,
      why: 'nothing dearer may be asked: the daily limit',
    })
  })

  test('nowhere without models', () => {
    expect(firstStep(ladder(), null, fitsAll)).toEqual({ kind: 'stop', why: 'routing.cascade.models is empty' })
  })
})

describe('after a bad answer', () => {
  test('the next one is asked, until the last', () => {
    expect(nextStep(three, 0, 0, fitsAll)).toEqual({
      kind: 'ask',
      model: 'middle',
      rung: 1,
      why: 'the next of the cascade',
    })
    expect(nextStep(three, 1, 1, fitsAll)).toMatchObject({ kind: 'ask', model: 'large' })
    expect(nextStep(three, 2, 0, fitsAll)).toEqual({ kind: 'stop', why: 'it is the last of the cascade' })
  })

  test('nobody is asked beyond maxEscalations', () => {
    const once = { ...three, maxEscalations: 1 }
    expect(nextStep(once, 1, 1, fitsAll)).toEqual({
      kind: 'stop',
      why: 'it has gone up as often as is allowed (1)',
    })
    expect(nextStep({ ...three, maxEscalations: 0 }, 0, 0, fitsAll).kind).toBe('stop')
  })

  test('a model that was asked is not asked again', () => {
    expect(nextStep(ladder('small', 'small', 'large'), 0, 0, fitsAll)).toMatchObject({ model: 'large', rung: 2 })
    expect(nextStep(ladder('small', 'small'), 0, 0, fitsAll).kind).toBe('stop')
  })

  test('a model that lacks something is passed by, and the first that may not be paid ends it', () => {
    const fitOf = (model: string): Fit =>
      model === 'middle'
        ? { kind: 'lacks', what: 'tools' }
        : model === 'large'
          ? { kind: 'too-dear', why: 'no money' }
          : fits
    expect(nextStep(ladder('small', 'middle', 'huge'), 0, 0, fitOf)).toEqual({
      kind: 'ask',
      model: 'huge',
      rung: 2,
      why: 'the next of the cascade; middle lacks tools',
    })
    expect(nextStep(ladder('small', 'middle', 'large', 'huge'), 0, 0, fitOf)).toEqual({ kind: 'stop', why: 'no money' })
  })
})

describe('what an answer is tried again for', () => {
  test('evidence stands for all but the choice of words and failure', () => {
    expect([...reasonsOf('evidence')].sort()).toEqual([
      'cut-off',
      'empty',
      'invalid-tool-call',
      'refusal',
      'repeated-call',
      'schema-violation',
    ])
  })

  test('a list is all that it names, each once', () => {
    expect([...reasonsOf(['error', 'evidence', 'refusal'])].length).toBe(7)
    expect([...reasonsOf('uncertainty')]).toEqual(['uncertainty'])
  })
})
