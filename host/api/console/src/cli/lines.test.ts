import { describe, expect, it } from 'vitest';
import { cli, EXAMPLES, line, quoted, words } from './lines';

describe('lines for a shell', () => {
  it.each([
    ['acme', 'acme'],
    ['{"a":1}', `'{"a":1}'`],
    ["o'neil", `'o'\\''neil'`],
    ['$(reboot)', `'$(reboot)'`],
    ['', `''`],
  ])('%s is quoted as %s', (argument, words) => expect(quoted(argument)).toBe(words));

  it('leaves out what was not given', () => {
    expect(line(words(['a'], { x: undefined, y: false, z: '', v: true, w: '1 2' }))).toBe("tieline a --v --w '1 2'");
    expect(line(cli.events('acme'))).toBe('tieline events list --tenant acme');
  });

  it('are those that the host parses in its own tests', async () => {
    const golden = `[\n${EXAMPLES.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`;
    await expect(golden).toMatchFileSnapshot('./lines.json');
  });
});
