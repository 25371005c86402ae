import { expect, test } from 'vitest';
import { hostViews } from '../../../electron/services/hosts';

const address = (text: string, internal = false, family: 'IPv4' | 'IPv6' = 'IPv4') => ({ address: text, internal, family, netmask: '', mac: '', cidr: null, ...(family === 'IPv6' ? { scopeid: 0 } : {}) }) as never;

test('addresses that a phone can reach come first, the own one last', () => {
  const views = hostViews({ lo: [address('127.0.0.1', true), address('::1', true, 'IPv6')], docker0: [address('172.17.0.1')], eth0: [address('203.0.113.7')], wlan0: [address('192.168.1.5'), address('fe80::1', false, 'IPv6')] });
  expect(views.map(({ address: text }) => text)).toEqual(['192.168.1.5', '203.0.113.7', '172.17.0.1', '127.0.0.1']);
});
