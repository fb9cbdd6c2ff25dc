import type { PictureName } from './take-picture.ts';

export interface Said {
  readonly by: string;
  readonly text: string;
  readonly picture?: PictureName;
  /** Which of the lines before it answers, from 0. */
  readonly answers?: number;
  readonly reactions?: readonly { readonly by: string; readonly emoji: string }[];
}

export interface Story {
  /** Null: a direct conversation of the owner with the only member. */
  readonly name: string | null;
  readonly owner: string;
  readonly members: readonly string[];
  readonly said: readonly Said[];
  /** Who has not read it yet. */
  readonly unreadFor?: readonly string[];
}

export const password = 'storm-demo-2026';

/** The first two are those whose logins are printed. */
export const everybody = [
  { username: 'ada', displayName: 'Ada Laurent' },
  { username: 'bruno', displayName: 'Bruno Keller' },
  { username: 'chiara', displayName: 'Chiara Rossi' },
  { username: 'daniel', displayName: 'Daniel Okafor' },
  { username: 'emma', displayName: 'Emma Lindqvist' },
  { username: 'felix', displayName: 'Félix Moreau' },
  { username: 'grace', displayName: 'Grace Chen' },
] as const;

const line = (by: string, text: string): Said => ({ by, text });

/** The oldest first: the list shows the last one on top. */
export const conversations: readonly Story[] = [
  {
    name: null,
    owner: 'felix',
    members: ['ada'],
    said: [
      line('felix', 'Salut Ada ! Tu as reçu les photos du chantier ?'),
      line('ada', 'Oui, merci. Elles sont superbes 👌'),
      line('felix', 'Parfait. On se voit jeudi.'),
    ],
  },
  {
    name: 'Kitchen',
    owner: 'emma',
    members: ['ada', 'bruno', 'chiara', 'daniel', 'grace'],
    said: [
      line('emma', 'The coffee machine is back from repair ☕'),
      line('daniel', 'Finally!!'),
      line('grace', 'Whoever fixed the grinder: you are a hero.'),
      line('emma', 'That was the repair shop, but I pass it on'),
      line('bruno', 'There is cake at three. First come, first served 🍰'),
    ],
    unreadFor: ['ada'],
  },
  {
    name: 'Platform team',
    owner: 'daniel',
    members: ['ada', 'bruno', 'grace'],
    said: [
      {
        by: 'daniel',
        text: 'Morning. The kill storm ran all night: **100,000 acknowledged, 0 lost, 0 twice**.',
        reactions: [
          { by: 'ada', emoji: '🎉' },
          { by: 'grace', emoji: '🎉' },
          { by: 'bruno', emoji: '💪' },
        ],
      },
      line('grace', 'Nice. What was the slowest first answer after a restart?'),
      line('daniel', '1.8 s. The limit is 3.'),
      line('ada', 'Can you share the command? I want to run it with the new batch size.'),
      line(
        'daniel',
        'Sure:\n\n```bash\nnpm run prove -- kill-storm --seed 7\n# prints one line that ends in PASS or FAIL\n```',
      ),
      line(
        'ada',
        'Thanks! Then these are left for this week:\n\n1. the reader that stalls\n2. the image bombs\n3. a page about `resync`',
      ),
      line('bruno', 'I take the second. @ada do you have the samples from March?'),
      line('ada', 'In the shared folder, under `hostile-files`'),
      line('grace', 'Review of the first is up. Two small remarks, nothing that blocks.'),
      line(
        'grace',
        '> the stalled reader is cut after its buffer is full\n\nI would say how large the buffer is, otherwise good to go ✅',
      ),
    ],
    unreadFor: ['ada'],
  },
  {
    name: null,
    owner: 'chiara',
    members: ['ada'],
    said: [
      line('chiara', 'Ciao! Are you still looking for somebody to water the plants in August?'),
      line('ada', 'Yes please 🙏 They are many, I warn you'),
      line('chiara', 'I have seen them. Your balcony is a jungle'),
      line('ada', 'A *well-kept* jungle!'),
      line('chiara', 'When do you leave?'),
      line('ada', 'On the 4th, back on the 19th. I leave the keys with Emma.'),
      line('chiara', 'Perfect, consider it done 🌿'),
    ],
  },
  {
    name: 'Saturday in the mountains',
    owner: 'bruno',
    members: ['ada', 'chiara', 'emma'],
    said: [
      line('bruno', 'Weather for Saturday looks good: sun until four, light wind.'),
      line('emma', 'I am in! Who drives?'),
      line('bruno', 'I can take three. Leaving at six.'),
      line('chiara', 'Six in the morning?? 😱'),
      line('bruno', 'The mountain does not wait.'),
      line('ada', 'I bring the coffee. Chiara can sleep in the car.'),
      {
        by: 'emma',
        text: 'This is from last year, same ridge:',
        picture: 'ridge',
        reactions: [
          { by: 'ada', emoji: '😍' },
          { by: 'chiara', emoji: '😍' },
          { by: 'bruno', emoji: '🏔️' },
        ],
      },
      { by: 'ada', text: 'That light! I want to stand exactly there.', answers: 6 },
      {
        by: 'bruno',
        text: 'And the lake on the way down',
        picture: 'lake',
        reactions: [{ by: 'emma', emoji: '❤️' }],
      },
      { by: 'chiara', text: 'OK, I am convinced. Six it is.', answers: 2 },
      line('emma', '🎉🎉'),
    ],
  },
  {
    name: null,
    owner: 'bruno',
    members: ['ada'],
    said: [
      line('bruno', 'Did you see the agenda for Thursday? https://example.org/agenda'),
      line('ada', 'Just now. Can we move the demo to the start?'),
      line('bruno', 'Fine with me. Ten minutes?'),
      line('ada', 'Make it fifteen, there will be questions'),
      line(
        'ada',
        'I will show:\n- two browsers, one conversation\n- pulling the network cable\n- nothing lost, nothing twice',
      ),
      line('bruno', 'That last one always gets them 😄'),
      line('ada', 'It should! Half of what they use loses messages when the train enters a tunnel.'),
      { by: 'bruno', text: 'Speaking of which, greetings from the night train', picture: 'dusk' },
      line('bruno', 'Signal comes and goes, but your messages arrive in one go when it is back'),
      line('bruno', 'Shall I book the big room?'),
    ],
    unreadFor: ['ada'],
  },
];
