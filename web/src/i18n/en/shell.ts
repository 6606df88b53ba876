import type { Texts } from '../zh'

export const shell: Texts['shell'] = {
  skip: 'Skip to the content',
  navigation: 'Main navigation',
  groups: { watch: 'Watch', judge: 'Judge', shape: 'Shape', keep: 'Keep' },
  nav: {
    now: 'Now',
    demo: 'Demo city',
    decisions: 'Decisions',
    rules: 'Rules',
    backtest: 'Backtest',
    lists: 'Lists',
    deadLetters: 'Dead letters',
    models: 'Models',
    users: 'Users and keys',
    audit: 'Audit log',
  },
}
