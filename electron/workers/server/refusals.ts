import { languageOf, sayPlainly, type Language } from '../../core/texts';

/** Why a request is refused: the key of the sentence in `texts/serving.json` is also the code in the answer. */
export type RefusalCode =
  | 'badRequest' | 'unauthorized' | 'foreignHost' | 'foreignOrigin' | 'notFound' | 'tooLarge' | 'tooManyPixels' | 'notAPicture'
  | 'unreadablePicture' | 'encoded' | 'tooSlow' | 'tooMany' | 'busy' | 'pairingUsed' | 'pictureGone' | 'internal';

const statuses: Readonly<Record<RefusalCode, number>> = {
  badRequest: 400, unauthorized: 401, foreignHost: 403, foreignOrigin: 403, notFound: 404, tooLarge: 413, tooManyPixels: 413, notAPicture: 415,
  unreadablePicture: 422, encoded: 415, tooSlow: 408, tooMany: 429, busy: 503, pairingUsed: 410, pictureGone: 410, internal: 500,
};

/** A request that is refused, with its status and what to say. */
export class Refusal extends Error {
  readonly statusCode: number;

  constructor(
    readonly code: RefusalCode,
    readonly params: Readonly<Record<string, string | number>> = {},
  ) {
    super(code);
    this.statusCode = statuses[code];
  }
}

/** The refusal for a status that the HTTP library gave. */
export function refusalOfStatus(status: number, params: Readonly<Record<string, string | number>>): Refusal {
  const codes: Readonly<Record<number, RefusalCode>> = { 401: 'unauthorized', 404: 'notFound', 408: 'tooSlow', 413: 'tooLarge', 415: 'notAPicture', 429: 'tooMany', 503: 'busy' };
  return new Refusal(codes[status] ?? (status >= 500 ? 'internal' : 'badRequest'), params);
}

/** The first language of an Accept-Language header that this program speaks; English without one. */
export function acceptedLanguage(header: string | undefined): Language {
  const wanted = (header ?? '').split(',').slice(0, 20).map((part) => part.trim().split(';')[0] ?? '');
  return languageOf(wanted.find((name) => /^(en|ru)\b/i.test(name)));
}

/** Body of the answer to a refused request: a code for programs, a sentence for people. */
export function refusalBody(refusal: Refusal, language: Language): { readonly error: { readonly code: string; readonly message: string } } {
  return { error: { code: refusal.code, message: sayPlainly(language, `serving:${refusal.code}`, refusal.params) } };
}
