import type { Texts } from '../zh'

export const login: Texts['login'] = {
  title: 'Log in',
  welcome: 'Log in to Xiezhi',
  claim: 'Telling the crooked from the honest',
  claimLine: 'See a fraud coming, stop it while it runs, follow it afterwards. Every decision says why.',
  points: [
    'Judges calls, messages, transfers and five more kinds of events in milliseconds',
    'Every signal shows its values, thresholds and rule version',
    'False blocks are always shown beside catches',
  ],
  name: 'User name',
  password: 'Password',
  enter: 'Log in',
  entering: 'Logging in…',
  need: 'Please fill this in',
  demo: 'Demo log-in',
  demoHelp: 'A demo on this machine: no password, and only from here. Enter as:',
  demoNot: 'A real installation has no such buttons',
  demoRoles: {
    viewer: 'looks on, numbers masked',
    analyst: 'judges, labels, drafts rules',
    operator: 'publishes rules, keeps lists, runs the demo',
    administrator: 'everything, with users and audit',
  },
  setupNeeded: 'There is no user yet',
  setupNeededHelp:
    'At its first start the server printed a one-time link (/setup?token=…) on its terminal. Open it to make the first administrator.',
  setup: 'First set-up',
  setupTitle: 'Make the first administrator',
  setupLine: 'This link works once. The password is never kept as it is.',
  setupEnter: 'Make it and enter',
  again: 'Password again',
  differ: 'The two passwords differ',
  noToken: 'The link is not whole',
  noTokenHelp:
    'Its token is missing. Copy the whole link from the server’s terminal; if it is gone, the server prints a new one when it is started again.',
  setupDone: 'This has been done already',
  setupDoneHelp: 'There are users: log in.',
  toLogin: 'To the log-in',
}
