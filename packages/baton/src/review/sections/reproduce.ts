import { code, paragraph, type Section } from '../page.ts';
import type { ReviewInput } from '../review-input.ts';

/** How somebody else can see that this page says what the file says. */
export function reproduceSection({ file, command, batonVersion, timeZone }: ReviewInput): Section {
  return {
    id: 'check',
    title: 'Check this page',
    blocks: [
      paragraph(
        'It holds nothing but what the file says: neither the time at which it was made nor the computer’s name. The same version of baton makes the same page of the same file, byte for byte.',
      ),
      {
        kind: 'list',
        items: [
          ['Compare the SHA-256 of your copy of the file: ', code(file.sha256)],
          ['Make the page again: ', code(`TZ=${timeZone} baton review ${command}`), `, with baton ${batonVersion}`],
          ['Compare the two.'],
        ],
      },
    ],
  };
}
