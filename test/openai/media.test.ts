import { describe, expect, it } from 'bun:test';
import { fileAtAddress, fileBlock, imageBlock } from '../../src/openai/media.ts';
import { thrownBy } from '../help/a-failure.ts';

describe('imageBlock', () => {
  it('reads data URLs in any case, with parameters, and jpg for jpeg', () => {
    for (const url of ['data:image/jpg;base64,AAAA', 'DATA:IMAGE/JPEG;x=y;BASE64,AAAA'])
      expect(imageBlock(url, 'p')).toEqual({
        type: 'image',
        source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' },
      });
  });

  it.each([
    'file:///etc/passwd',
    'ftp://example.test/a.png',
    'data:image/png,AAAA',
    'data:image/svg+xml;base64,AAAA',
    'data:text/html;base64,AAAA',
    `data:${'x'.repeat(400)};base64,AAAA`,
    'data:',
    '',
    'javascript:alert(1)',
  ])('refuses %s', (url) => {
    expect(thrownBy(() => imageBlock(url, 'messages[0]')).message).toStartWith('messages[0]: ');
  });

  it('megabytes of data take no time to look at', () => {
    const url = `data:image/png;base64,${'A'.repeat(20_000_000)}`;
    expect(imageBlock(url, 'p')).toMatchObject({ source: { media_type: 'image/png' } });
  });
});

describe('files', () => {
  it('a picture as a file is a picture', () => {
    expect(fileBlock('data:image/png;base64,AAAA', 'a.png', 'p')).toMatchObject({ type: 'image' });
  });

  it('what is neither PDF nor text is refused, and an empty text too', () => {
    expect(thrownBy(() => fileBlock('AAAA', 'a.exe', 'p')).message).toContain('PDF');
    expect(thrownBy(() => fileBlock('AAAA', undefined, 'p')).message).toContain('PDF');
    expect(thrownBy(() => fileBlock('', 'a.txt', 'p')).message).toContain('empty');
  });

  it('an address is http or https', () => {
    expect(fileAtAddress('https://example.test/a.pdf', 'p')).toMatchObject({ type: 'document' });
    expect(thrownBy(() => fileAtAddress('file:///a.pdf', 'p')).message).toContain('address');
  });
});
