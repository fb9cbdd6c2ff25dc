import { cleanFileName } from './clean-file-name.ts';

describe('cleanFileName', () => {
  it.each([
    ['holiday.jpg', 'holiday.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\photo.png', 'photo.png'],
    ['invoice\u202egpj.exe', 'invoicegpj.exe'],
    ['two\r\nlines\0.txt', 'twolines.txt'],
    ['  Été 🏖️.png ', 'Été 🏖️.png'],
    ['half\ud83d.txt', 'half.txt'],
  ])('makes of %j %j', (given, expected) => {
    expect(cleanFileName(given)).toBe(expected);
  });

  it.each(['', '   ', '..', 'a/', '\u202e', '\0'])('refuses %j', (given) => {
    expect(() => cleanFileName(given)).toThrow('The file name cannot be used');
  });
});
