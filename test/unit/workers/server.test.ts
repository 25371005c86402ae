import { describe, expect, test, vi } from 'vitest';
import { allowedHosts } from '../../../electron/workers/server/guard';
import { phoneName, Phones, sameToken } from '../../../electron/workers/server/phones';
import { acceptedLanguage } from '../../../electron/workers/server/refusals';
import { predictionBody } from '../../../electron/workers/server/routes';

describe('phones', () => {
  test('a token pairs one phone, once, until it is too old; all others are void', () => {
    const phones = new Phones([], () => undefined);
    phones.setTokens([{ token: 'fresh', expiresAt: Date.now() + 1000 }, { token: 'old', expiresAt: Date.now() - 1 }]);
    expect(phones.pair('old', undefined, '1')).toBeNull();
    expect(phones.pair('other', undefined, '1')).toBeNull();
    const paired = phones.pair('fresh', undefined, '1');
    expect(phones.pair('fresh', undefined, '1')).toBeNull();
    expect(phones.identify(paired?.secret ?? '')?.id).toBe(paired?.phone.id);
    expect(phones.identify('guess')).toBeNull();
  });
  test('a revoked phone is nobody, and the parent hears of every change', () => {
    const changed = vi.fn();
    const phones = new Phones([], changed);
    phones.setTokens([{ token: 'a', expiresAt: Date.now() + 1000 }]);
    const paired = phones.pair('a', 'iPhone Safari', '10.0.0.2');
    phones.countPicture(paired?.phone.id ?? '');
    expect(changed.mock.lastCall?.[0]).toMatchObject([{ name: 'iPhone, Safari', address: '10.0.0.2', pictures: 1 }]);
    phones.revoke(paired?.phone.id ?? '');
    expect(phones.identify(paired?.secret ?? '')).toBeNull();
    expect(changed.mock.lastCall?.[0]).toEqual([]);
  });
  test('nothing of a browser name is shown as it came', () => {
    expect(phoneName('<script>alert(1)</script>')).toBe('?');
    expect(phoneName('Mozilla/5.0 (Linux; Android 13; Pixel 5) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36')).toBe('Android, Chrome');
    expect(phoneName(undefined)).toBe('?');
  });
  test('tokens of different lengths are compared, too', () => {
    expect([sameToken('a', 'a'), sameToken('a', 'ab'), sameToken('', 'a')]).toEqual([true, false, false]);
  });
});

test('names under which it may be asked for', () => {
  expect([...allowedHosts(['192.168.1.5', 'localhost', 'fd00::2'], 8460, false)]).toEqual(['192.168.1.5:8460', 'localhost:8460', '[fd00::2]:8460']);
  expect([...allowedHosts(['a'], 443, true)]).toEqual(['a', 'a:443']);
});

test('the first language that is spoken here', () => {
  expect(['ru', 'ru-RU,ru;q=0.9', 'de,ru;q=0.5', 'en-GB,ru', 'fr', undefined].map(acceptedLanguage)).toEqual(['ru', 'ru', 'ru', 'en', 'en', 'en']);
});

test('an answer: classes by falling score, unknown below the threshold, no key for programs', () => {
  const model = { id: 'm', name: 'n', folder: '', classNames: ['a', 'b', 'c'], input: { height: 1, width: 1, channels: 1 }, threshold: 0.6 };
  expect(predictionBody(model, { scores: [0.2, 0.5, 0.3], milliseconds: 1.26, picture: null })).toEqual({ class: 'b', score: 0.5, unknown: true, scores: [{ class: 'b', score: 0.5 }, { class: 'c', score: 0.3 }, { class: 'a', score: 0.2 }], model: 'm', milliseconds: 1.3 });
});
