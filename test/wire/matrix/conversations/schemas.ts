/** Schemas that no dialect takes as they are. */

/** References, unions, formats, constants and a nullable type. */
export const shipping = {
  type: 'object',
  $defs: {
    address: {
      type: 'object',
      properties: { street: { type: 'string' }, since: { type: 'string', format: 'date-time' } },
      required: ['street'],
    },
  },
  properties: {
    to: { $ref: '#/$defs/address' },
    weight: { anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }] },
    speed: { type: 'string', enum: ['slow', 'fast'] },
    mode: { const: 'air' },
    note: { type: ['string', 'null'] },
    tags: { type: 'array', items: { type: 'string', pattern: '^[a-z]+$' }, minItems: 1 },
  },
  required: ['to', 'speed'],
  additionalProperties: false,
}

/** Alternatives at the top, which no dialect takes as they are. */
export const eitherOr = {
  oneOf: [
    { type: 'object', properties: { left: { type: 'string' } }, required: ['left'] },
    { type: 'object', properties: { right: { type: 'integer' } }, required: ['right'] },
  ],
}
