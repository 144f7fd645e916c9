import { expect, test } from 'vitest';
import { checkDoors, isLoopback } from '../../../services/platform/doors/index.ts';

const tokens = { kind: 'tokens' } as const;
const open = { kind: 'open', reason: null } as const;
const reasoned = { kind: 'open', reason: 'a bench behind a locked door' } as const;

test.each([
  // bind, simulated, auth, refused sentences
  ['127.0.0.1', true, open, 0],
  ['::1', true, open, 0],
  ['localhost', true, open, 0],
  ['127.0.0.1', false, open, 1],
  ['127.0.0.1', false, reasoned, 0],
  ['0.0.0.0', true, open, 1],
  ['0.0.0.0', true, reasoned, 1],
  ['192.168.1.5', false, open, 2],
  ['192.168.1.5', false, reasoned, 1],
  ['::', true, open, 1],
  ['0.0.0.0', true, tokens, 0],
  ['192.168.1.5', false, tokens, 0],
  ['127.0.0.1', false, tokens, 0],
])('bound to %s, all simulated %s, auth %j: refused for %i reasons', (...[host, simulated, auth, refusals]) => {
  const sentences = checkDoors({ listeners: [{ what: 'http', host }], simulated, auth });
  expect(sentences).toHaveLength(refusals);
  for (const sentence of sentences) expect(sentence).toMatch(/tokens.*(auth|127\.0\.0\.1)/);
});

test('one listener beyond loopback is enough, and it is named', () => {
  const listeners = [
    { what: 'http', host: '127.0.0.1' },
    { what: 'line bench', host: '0.0.0.0' },
  ];
  expect(checkDoors({ listeners, simulated: true, auth: open })[0]).toMatch(/^line bench listens on 0\.0\.0\.0/);
});

test.each(['127.0.0.1', '127.8.9.10', '::1', '[::1]', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])(
  '%s is loopback',
  (host) => expect(isLoopback(host)).toBe(true),
);
test.each([
  '0.0.0.0',
  '::',
  '',
  '128.0.0.1',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.1',
  '::ffff:10.0.0.1',
])('%s is not loopback', (host) => expect(isLoopback(host)).toBe(false));
