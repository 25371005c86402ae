import { pictureLimits } from './pictures';

const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const object = (properties: Record<string, unknown>, optional: readonly string[] = []): object => ({ type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) });
const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const refused = (description: string): object => ({ description, ...json({ $ref: '#/components/schemas/Refusal' }) });
const picture = { type: 'string', format: 'binary' } as const;

const prediction = object({
  class: { ...text, description: 'The class with the highest score.' },
  score: { ...number, description: 'Its probability, 0 to 1.' },
  unknown: { type: 'boolean', description: 'The score is below the threshold of the model: it does not know.' },
  scores: { type: 'array', description: 'All classes, the highest score first.', items: object({ class: text, score: number }) },
  model: { ...text, description: 'Id of the model that answered.' },
  milliseconds: { ...number, description: 'From the last byte of the picture to the answer.' },
  picture: { ...text, description: 'For phones only: names the picture in feedback.' },
}, ['picture']);

/** The description of the REST interface (OpenAPI 3.1). */
export const openApi = {
  openapi: '3.1.0',
  info: { title: 'Graft', version: '1', description: 'Ask a trained model about a picture. The picture goes the same road as training frames.' },
  security: [{ token: [] }],
  paths: {
    '/v1/predict': {
      post: {
        summary: 'Asks the model about one picture',
        description: `JPEG, PNG or still WebP, at most ${pictureLimits.bytes / 1024 / 1024} MB and ${pictureLimits.pixels / 1e6} million pixels. EXIF orientation is followed.`,
        requestBody: {
          required: true,
          content: {
            'image/jpeg': { schema: picture },
            'image/png': { schema: picture },
            'image/webp': { schema: picture },
            'application/octet-stream': { schema: picture },
            'multipart/form-data': { schema: object({ picture }) },
          },
        },
        responses: {
          200: { description: 'The answer', ...json(prediction) },
          400: refused('The request cannot be understood'),
          401: refused('The token is missing or wrong'),
          403: refused('A foreign Host or Origin'),
          413: refused('Too many bytes or pixels'),
          415: refused('No JPEG, PNG or still WebP, or a compressed body'),
          422: refused('A damaged picture'),
          429: refused('Too many requests'),
          503: refused('Too many pictures at a time'),
        },
      },
    },
    '/v1/model': {
      get: {
        summary: 'The model that answers',
        responses: {
          200: { description: 'The model', ...json(object({ id: text, name: text, classes: { type: 'array', items: text }, input: object({ height: number, width: number, channels: number }), threshold: { type: ['number', 'null'] } })) },
          401: refused('The token is missing or wrong'),
        },
      },
    },
    '/v1/openapi.json': { get: { summary: 'This description', security: [], responses: { 200: { description: 'OpenAPI 3.1' } } } },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Shown by `graft serve`, and in Try it › Phone.' } },
    schemas: { Refusal: object({ error: object({ code: text, message: text }) }) },
  },
} as const;
